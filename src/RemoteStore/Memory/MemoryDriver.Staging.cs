namespace RemoteStore.Memory;

/// <summary>Staged bytes that nobody commits do not stay in memory.</summary>
internal sealed partial class MemoryDriver : IMaintainable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private long _droppedAt;

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Drops staged bytes that have not changed for as long as the grace.</summary>
    public ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default) => new(DropStale());

    /// <summary>Also when nobody maintains the backend, whenever something is staged.</summary>
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
