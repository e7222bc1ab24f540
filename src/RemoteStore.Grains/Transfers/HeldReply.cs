namespace RemoteStore.Grains;

/// <summary>
/// The bytes of a reply on their way. Those of one that is dropped unsent, since its client is gone, end with the garbage collection.
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
