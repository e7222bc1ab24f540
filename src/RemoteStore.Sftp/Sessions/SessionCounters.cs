namespace RemoteStore.Sftp.Sessions;

/// <summary>Counts the requests and round trips of a backend's sessions. Exact for one caller at a time.</summary>
internal sealed class SessionCounters
{
    private long _requests;
    private long _roundTrips;

    internal long Requests => Volatile.Read(ref _requests);

    /// <summary>The number of waits for a reply whose request was sent after the previous wait.</summary>
    internal long RoundTrips => Volatile.Read(ref _roundTrips);

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountRoundTrip() => Interlocked.Increment(ref _roundTrips);
}
