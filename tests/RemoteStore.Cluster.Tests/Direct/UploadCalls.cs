using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Counts the calls of uploads that come from clients, and not from the silo itself.</summary>
internal sealed class UploadCalls : IIncomingGrainCallFilter
{
    private readonly TaskCompletionSource _takenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _chunks;
    private int _takeOvers;

    /// <summary>The chunks that came by calls.</summary>
    public int Chunks => _chunks;

    public int TakeOvers => _takeOvers;

    /// <summary>Completes when a client begins to take over.</summary>
    public Task TakenOver => _takenOver.Task;

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is IUploadGrain && IsFromClient(context.SourceId))
            Count(context.MethodName);
        return context.Invoke();
    }

    private static bool IsFromClient(GrainId? source) =>
        source is { } id && id.IsClient() && !id.Key.ToString()!.StartsWith("hosted-", StringComparison.Ordinal);

    private void Count(string method)
    {
        if (method == nameof(IUploadGrain.WriteChunk))
            Interlocked.Increment(ref _chunks);
        if (method != nameof(IUploadGrain.TakeOver))
            return;
        Interlocked.Increment(ref _takeOvers);
        _takenOver.TrySetResult();
    }
}
