namespace RemoteStore.Grains;

/// <summary>
/// The bytes of a reply in flight. Those of a reply that is dropped unsent, because its client is gone, are released
/// by the garbage collection.
/// </summary>
internal sealed class HeldReply(RunningTransfers.Held held) : IDisposable
{
    private bool _ended;

    ~HeldReply() => End();

    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void End()
    {
        if (!Interlocked.Exchange(ref _ended, true))
            held.Dispose();
    }
}
