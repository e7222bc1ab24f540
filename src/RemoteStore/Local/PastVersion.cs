namespace RemoteStore.Local;

/// <summary>A version that was replaced, and the operation that had made it.</summary>
internal readonly record struct PastVersion(Guid Operation, LocalStat Version);
