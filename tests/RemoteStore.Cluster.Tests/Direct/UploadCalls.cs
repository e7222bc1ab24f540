using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Counts the calls of uploads that come from clients, and holds up the chunks that come from the silo itself.</summary>
internal sealed class UploadCalls : IIncomingGrainCallFilter
{
    private readonly TaskCompletionSource _takenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _open = Task.CompletedTask;
    private int _chunks;
    private int _takeOvers;

    /// <summary>The chunks that came by calls.</summary>
    public int Chunks => _chunks;

    public int Adoptions => _takeOvers;

    /// <summary>Completes when a client begins to adopt.</summary>
    public Task TakenOver => _takenOver.Task;

    /// <summary>Completes when the silo's port hands a chunk to its grain.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Holds chunks before their grain until the answer is completed.</summary>
    public TaskCompletionSource Hold()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open = held.Task;
        return held;
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is IUploadGrain)
            await PassAsync(context);
        await context.Invoke();
    }

    private Task PassAsync(IIncomingGrainCallContext context)
    {
        if (IsFromClient(context.SourceId))
            Count(context.MethodName);
        else if (context.MethodName == nameof(IUploadGrain.WriteChunk))
            return HoldAsync();
        return Task.CompletedTask;
    }

    private Task HoldAsync()
    {
        _reached.TrySetResult();
        return _open;
    }

    private static bool IsFromClient(GrainId? source) =>
        source is { } id && id.IsClient() && !id.Key.ToString()!.StartsWith("hosted-", StringComparison.Ordinal);

    private void Count(string method)
    {
        if (method == nameof(IUploadGrain.WriteChunk))
            Interlocked.Increment(ref _chunks);
        if (method != nameof(IUploadGrain.Adopt))
            return;
        Interlocked.Increment(ref _takeOvers);
        _takenOver.TrySetResult();
    }
}
