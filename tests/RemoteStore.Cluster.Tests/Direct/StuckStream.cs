namespace RemoteStore.Cluster.Tests;

/// <summary>Takes some bytes and then no further, as the connection to a reader that has stopped reading.</summary>
internal sealed class StuckStream(long room) : MemoryStream
{
    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a write waits.</summary>
    internal Task Stuck => _stuck.Task;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position + buffer.Length > room)
        {
            _stuck.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        await base.WriteAsync(buffer, cancellationToken);
    }
}
