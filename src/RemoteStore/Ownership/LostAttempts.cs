using RemoteStore.Drivers;

namespace RemoteStore.Ownership;

/// <summary>
/// What can be said of a call that was made before at an owner who is gone: done (the version records it), certainly not done (what is
/// there is older), or not known.
/// </summary>
internal static class LostAttempts
{
    /// <summary>How far the clocks of callers, silos and backends may differ, and the second that some backends round to.</summary>
    internal static readonly TimeSpan ClockBound = TimeSpan.FromSeconds(2);

    /// <summary>How long an operation is kept in mind at most, so that a repeat of it is recognised.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>What is there, and whether the operation made it; null for nothing.</summary>
    internal static async ValueTask<VersionRecord?> LookupAsync(
        AsyncBackend backend,
        string key,
        PathOperation operation,
        CancellationToken cancellationToken
    )
    {
        if (await backend.FindRecordAsync(key, operation.Id, cancellationToken).ConfigureAwait(false) is { } record)
            return record;
        var file = await CommitConditions.FindAsync(backend, key, cancellationToken).ConfigureAwait(false);
        return file is null ? null : new VersionRecord(file, Made: null, KnownSince: null);
    }

    /// <summary>
    /// Whether all that happened at the path since before the operation began is recorded, and no try of it is among that.
    /// </summary>
    internal static bool WasNotExecuted(VersionRecord there, PathOperation operation) =>
        there is { Made: null, KnownSince: { } since } && since + ClockBound < operation.Began;

    internal static BackendUnavailableException Unknown(string key, string backend, Exception? inner = null) =>
        StorageErrors.OutcomeUnknown(
            "Outcome unknown: the response to an earlier attempt was lost, and the current file does not show whether it was "
                + "applied. This attempt did nothing. Read the file before retrying.",
            key,
            backend,
            inner
        );
}
