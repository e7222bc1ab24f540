using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Holds the chunks of downloads up.</summary>
internal sealed class ChunkCalls : IIncomingGrainCallFilter
{
    private Task _open = Task.CompletedTask;

    /// <summary>Holds all chunks until the answer is completed.</summary>
    public TaskCompletionSource Hold()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open = held.Task;
        return held;
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is IDownloadGrain && context.MethodName == nameof(IDownloadGrain.ReadChunk))
            await _open;
        await context.Invoke();
    }
}
