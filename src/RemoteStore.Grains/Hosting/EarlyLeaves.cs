namespace RemoteStore.Grains;

/// <summary>
/// When an owner of this silo left last, for want of memory, before its answers were over. Owners made since then assume that it was
/// theirs. Safe for all threads.
/// </summary>
internal sealed class EarlyLeaves(TimeProvider clock)
{
    private long _last = DateTimeOffset.MinValue.UtcTicks;

    internal DateTimeOffset Last => new(Interlocked.Read(ref _last), TimeSpan.Zero);

    internal void Add() => Interlocked.Exchange(ref _last, clock.GetUtcNow().UtcTicks);
}
