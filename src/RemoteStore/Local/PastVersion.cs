namespace RemoteStore.Local;

/// <summary>A version that was replaced, and the short id of the operation that made it.</summary>
internal readonly record struct PastVersion(long Operation, LocalStat Version);
