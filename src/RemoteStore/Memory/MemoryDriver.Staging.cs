namespace RemoteStore.Memory;

/// <summary>Expires staged bytes that are never committed.</summary>
internal sealed partial class MemoryDriver : IMaintainable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private long _droppedAt;

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Drops staged bytes that did not change within the grace period.</summary>
    public ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default) => new(DropStale());

    /// <summary>Also runs whenever something is staged, for backends without maintenance.</summary>
    private void DropStaleIfDue()
    {
        var last = Interlocked.Read(ref _droppedAt);
        var now = Now.UtcTicks;
        if (now - last >= Pause.Ticks && Interlocked.CompareExchange(ref _droppedAt, now, last) == last)
            DropStale();
    }

    private int DropStale()
    {
        var than = Now - stagingGrace;
        return _staged.Count(s => s.Value.At < than && _staged.TryRemove(s)) + _unfinished.Values.Count(s => s.DropIfOlder(than));
    }

    private sealed record FinishedStaging(MemoryContent Content, DateTimeOffset At);
}
