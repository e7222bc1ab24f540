using RemoteStore.Drivers;

namespace RemoteStore.Ownership;

/// <summary>
/// Decides the outcome of an attempt that was made at a lost owner: executed (the version records it), certainly not executed (the file is
/// older), or unknown.
/// </summary>
internal static class LostAttempts
{
    /// <summary>How far the clocks of callers, silos and backends may differ, including the second to which some backends round.</summary>
    internal static readonly TimeSpan ClockBound = TimeSpan.FromSeconds(2);

    /// <summary>How long an operation is kept at most, so that a retry of it is recognised.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>The current file, and whether the operation made it; null if no file exists.</summary>
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
    /// Whether all changes of the path since before the operation began are recorded, and none of them is an attempt of it.
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
