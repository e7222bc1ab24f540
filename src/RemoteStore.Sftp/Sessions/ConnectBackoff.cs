namespace RemoteStore.Sftp.Sessions;

/// <summary>How long no further session is opened after a failed attempt: 1 s at first, doubled each time, at most 60 s.</summary>
internal sealed class ConnectBackoff(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private TimeSpan _length;
    private long _since;

    internal bool IsOver => _length == TimeSpan.Zero || clock.GetElapsedTime(_since) >= _length;

    /// <summary>Begins a pause.</summary>
    /// <returns>The length of the pause.</returns>
    internal TimeSpan Begin()
    {
        _since = clock.GetTimestamp();
        return _length =
            _length == TimeSpan.Zero ? Shortest
            : _length * 2 < Longest ? _length * 2
            : Longest;
    }

    internal void Reset() => _length = TimeSpan.Zero;
}
