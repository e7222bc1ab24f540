using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Holds the chunks of downloads up, or lets one of them fail.</summary>
internal sealed class ChunkCalls : IIncomingGrainCallFilter
{
    private Task _open = Task.CompletedTask;
    private int _failing = -1;
    private int _asked;

    /// <summary>Holds all chunks until the answer is completed.</summary>
    public TaskCompletionSource Hold()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open = held.Task;
        return held;
    }

    /// <summary>Lets a chunk fail, by its place in the order of calls.</summary>
    public void Fail(int chunk) => _failing = chunk;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is IDownloadGrain && context.MethodName == nameof(IDownloadGrain.ReadChunk))
        {
            await _open;
            if (Interlocked.Increment(ref _asked) - 1 == _failing)
                throw new BackendUnavailableException("The test lost the chunk.");
        }

        await context.Invoke();
    }
}
