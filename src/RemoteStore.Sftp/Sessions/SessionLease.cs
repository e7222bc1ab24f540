namespace RemoteStore.Sftp.Sessions;

/// <summary>The use of a session by one operation or one open file. Dispose it when the session is no longer needed.</summary>
internal sealed class SessionLease(SessionPool pool, Session session, int weight) : IDisposable
{
    private int _disposed;

    internal Session Session => session;

    internal int Weight => weight;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            pool.Release(this);
    }
}
