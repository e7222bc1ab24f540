using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <content> The watchdog for a silent server. It ends the session, which wakes all threads that wait for a reply or
/// are blocked in a write, so that no operation waits for a second timeout. </content>
internal sealed partial class Session
{
    private readonly Signal _readerEnded = new();
    private readonly ITimer? _watch;
    private long _received;
    private long _writingSince;

    private long Now => _settings.Clock.GetTimestamp();

    private ITimer? StartWatch() =>
        _settings.RequestTimeout is { } timeout
            ? _settings.Clock.CreateTimer(static s => ((Session)s!).Watch(), this, timeout, Timeout.InfiniteTimeSpan)
            : null;

    private byte[] Take(Reply reply, PacketKind kind, long startedAt)
    {
        var left = _settings.ConnectTimeout - _settings.Clock.GetElapsedTime(startedAt);
        return reply.Within(left > TimeSpan.Zero ? left : TimeSpan.Zero, _settings.ConnectTimeout, kind);
    }

    private void Watch()
    {
        if (IsLost)
            return;
        var timeout = _settings.RequestTimeout!.Value;
        // Until the session is established, only the connect timeout applies: a login may take longer than a reply.
        var left = _connected ? timeout - SilentFor() : timeout;
        if (left <= TimeSpan.Zero)
            Lose(SessionFailures.Silent(timeout));
        else
            _watch?.Change(left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long a reply has been due without any data from the server.</summary>
    private TimeSpan SilentFor()
    {
        var owedSince = _pending.Values.Select(r => r.SentAt).DefaultIfEmpty(long.MaxValue).Min();
        if (Volatile.Read(ref _writingSince) is var writing and not 0)
            owedSince = Math.Min(owedSince, writing);
        return owedSince == long.MaxValue
            ? TimeSpan.Zero
            : _settings.Clock.GetElapsedTime(Math.Max(owedSince, Volatile.Read(ref _received)));
    }
}
