using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>
/// A few sessions shared by all callers. Callers that wait for the first session share one connection attempt and its
/// failure. While sessions are loaded, another one is opened in the background; no caller waits for it, and after a
/// failure it is retried after a pause. A lost session is removed, and the next call connects.
/// </summary>
/// <param name="connect">Opens a session.</param>
/// <param name="maxSessions">The largest number of sessions.</param>
/// <param name="clock">The clock of the pauses.</param>
/// <param name="notGrown">Called when a further session could not be opened, with the time until the next attempt.</param>
internal sealed class SessionPool(Func<Session> connect, int maxSessions, TimeProvider clock, Action<Exception, TimeSpan> notGrown)
{
    /// <summary>The weight of a single request.</summary>
    internal const int Light = 1;

    /// <summary>The weight of a transfer, behind which single requests queue.</summary>
    internal const int Heavy = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<Session, int> _load = [];
    private readonly ConnectBackoff _pause = new(clock);
    private ConnectAttempt? _attempt;
    private int _closings;

    /// <summary>The least loaded session; connects when there is none.</summary>
    /// <exception cref="SessionLostException">Connecting failed.</exception>
    internal SessionLease Acquire(int weight = Light)
    {
        ConnectAttempt attempt;
        bool mine;
        lock (_lock)
        {
            if (LeastLoaded() is { } session)
            {
                GrowConcurrently(session);
                return Take(session, weight);
            }

            mine = _attempt is null;
            attempt = _attempt ??= new ConnectAttempt();
        }

        if (mine)
            Run(attempt, isFurther: false);
        var connected = attempt.Wait();
        lock (_lock)
            return Take(connected, weight);
    }

    /// <summary>All sessions except one.</summary>
    internal IReadOnlyList<Session> Others(Session own)
    {
        lock (_lock)
            return [.. _load.Keys.Where(s => s != own)];
    }

    internal void Release(SessionLease lease)
    {
        lock (_lock)
        {
            if (_load.ContainsKey(lease.Session))
                _load[lease.Session] -= lease.Weight;
        }
    }

    /// <summary>Ends all sessions; running operations fail. The next call reconnects.</summary>
    internal void Close()
    {
        Session[] all;
        lock (_lock)
        {
            _closings++;
            all = [.. _load.Keys];
            _load.Clear();
        }

        foreach (var session in all)
            session.Dispose();
    }

    private Session? LeastLoaded()
    {
        foreach (var lost in _load.Keys.Where(s => s.IsLost).ToArray())
            _load.Remove(lost);
        return _load.Count == 0 ? null : _load.MinBy(s => s.Value).Key;
    }

    private void GrowConcurrently(Session session)
    {
        if (_load[session] < Heavy || _load.Count >= maxSessions || _attempt is not null || !_pause.IsOver)
            return;
        var attempt = _attempt = new ConnectAttempt();
        new Thread(() => Run(attempt, isFurther: true)) { IsBackground = true, Name = "sftp connect" }.Start();
    }

    private SessionLease Take(Session session, int weight)
    {
        if (_load.TryGetValue(session, out var load))
            _load[session] = load + weight;
        return new SessionLease(this, session, weight);
    }

    private void Run(ConnectAttempt attempt, bool isFurther)
    {
        var closings = Volatile.Read(ref _closings);
        try
        {
            var session = connect();
            lock (_lock)
            {
                if (closings == _closings)
                    _load.TryAdd(session, 0);
                else
                    session.Dispose();
                _attempt = null;
                _pause.Reset();
            }

            attempt.Succeed(session);
        }
        catch (Exception e)
        {
            var pause = TimeSpan.Zero;
            lock (_lock)
            {
                _attempt = null;
                if (isFurther)
                    pause = _pause.Begin();
            }

            attempt.Fail(e);
            if (isFurther)
                notGrown(e, pause);
        }
    }

    private sealed class ConnectAttempt
    {
        private readonly Signal _ended = new();
        private Session? _session;
        private Exception? _failure;

        internal void Succeed(Session session)
        {
            _session = session;
            _ended.Set();
        }

        internal void Fail(Exception failure)
        {
            _failure = failure;
            _ended.Set();
        }

        internal Session Wait()
        {
            _ended.Wait();
            if (_failure is SessionLostException lost)
                throw SessionFailures.Again(lost);
            return _session
                ?? throw new SessionLostException("A session could not be started.", _failure)
                {
                    Code = SftpErrorCodes.NoTransport,
                    IsTransient = false,
                    NeverConnected = true,
                };
        }
    }
}
