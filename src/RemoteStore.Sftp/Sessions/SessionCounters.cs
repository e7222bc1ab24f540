namespace RemoteStore.Sftp.Sessions;

/// <summary>What the sessions of a backend cost. Exact for one caller at a time.</summary>
internal sealed class SessionCounters
{
    private long _requests;
    private long _roundTrips;

    internal long Requests => Volatile.Read(ref _requests);

    /// <summary>How often somebody waited for an answer that was not asked for before the wait that came before.</summary>
    internal long RoundTrips => Volatile.Read(ref _roundTrips);

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountRoundTrip() => Interlocked.Increment(ref _roundTrips);
}
