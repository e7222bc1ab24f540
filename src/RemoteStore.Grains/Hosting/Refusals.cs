using System.Diagnostics.Metrics;

namespace RemoteStore.Grains;

/// <summary>How a silo says that it is full: nothing was done, and a later attempt may succeed.</summary>
internal static class Refusals
{
    private static readonly Counter<long> Inline = RemoteStoreDiagnostics.Meter.CreateCounter<long>(
        "remotestore.inline.refused",
        "{call}",
        "Writes whose content was larger than a call may carry."
    );

    internal static BackendUnavailableException Full(string message, string? path = null, string? store = null) =>
        new(message, path, store)
        {
            Code = ErrorCodes.SiloFull,
            RefusedBeforeExecution = true,
            RetryAfter = TransferDefaults.RetryAfter,
        };

    internal static BackendUnavailableException Stopping() =>
        new("The silo is stopping and takes no new transfers.") { Code = ErrorCodes.SiloStopping, RefusedBeforeExecution = true };

    /// <summary>What a call may not carry: the client knows a larger limit, or keeps to none.</summary>
    internal static RemoteStoreException TooLarge(int length, int limit, string path, string store)
    {
        Inline.Add(1, new KeyValuePair<string, object?>("store", store));
        return new RemoteStoreException(
            $"A write of {length} bytes was sent inline; the store takes at most {limit}. Larger content must be uploaded in chunks: "
                + "reconnect the client if the limit was changed.",
            path,
            store
        )
        {
            Code = ErrorCodes.InlineLimitExceeded,
            RefusedBeforeExecution = true,
        };
    }
}
