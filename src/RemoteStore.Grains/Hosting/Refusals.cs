using System.Diagnostics.Metrics;

namespace RemoteStore.Grains;

/// <summary>Creates the errors of a full or stopping silo: nothing was done, and a retry may succeed.</summary>
internal static class Refusals
{
    private static readonly Counter<long> Inline = RemoteStoreDiagnostics.Meter.CreateCounter<long>(
        "remotestore.inline.refused",
        "{call}",
        "Writes whose content exceeded the inline limit."
    );

    internal static BackendUnavailableException Full(string message, string? path = null, string? store = null) =>
        new(message, path, store)
        {
            Code = ErrorCodes.SiloFull,
            RefusedBeforeExecution = true,
            RetryAfter = TransferDefaults.RetryAfter,
        };

    internal static BackendUnavailableException Stopping() =>
        new("The silo is stopping and accepts no new transfers. Retry at another silo.")
        {
            Code = ErrorCodes.SiloStopping,
            RefusedBeforeExecution = true,
        };

    /// <summary>The error for a write too large to be sent inline: the client uses an outdated limit, or none.</summary>
    internal static RemoteStoreException TooLarge(int length, int limit, string path, string store)
    {
        Inline.Add(1, new KeyValuePair<string, object?>("store", store));
        return new RemoteStoreException(
            $"A write of {length} bytes was sent inline; the store accepts at most {limit}. Larger content must be uploaded in chunks. "
                + "Reconnect the client if the limit was changed.",
            path,
            store
        )
        {
            Code = ErrorCodes.InlineLimitExceeded,
            RefusedBeforeExecution = true,
        };
    }
}
