namespace RemoteStore.Grains;

/// <summary>
/// The time when an owner of this silo was last removed early for lack of memory, while results of its operations
/// might still be needed. Owners created later assume that it was theirs. Thread-safe.
/// </summary>
internal sealed class EarlyLeaves(TimeProvider clock)
{
    private long _last = DateTimeOffset.MinValue.UtcTicks;

    internal DateTimeOffset Last => new(Interlocked.Read(ref _last), TimeSpan.Zero);

    internal void Add() => Interlocked.Exchange(ref _last, clock.GetUtcNow().UtcTicks);
}
