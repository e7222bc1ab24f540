namespace RemoteStore.Sftp.Sessions;

/// <summary>
/// How long no further session is tried after one could not be opened: 1 s at first, twice as long each time, 60 s at most.
/// </summary>
internal sealed class ConnectBackoff(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private TimeSpan _length;
    private long _since;

    internal bool IsOver => _length == TimeSpan.Zero || clock.GetElapsedTime(_since) >= _length;

    /// <summary>Begins a pause.</summary>
    /// <returns>Its length.</returns>
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
