namespace RemoteStore.Grains;

/// <summary>How a silo says that it is full: nothing was done, and a later try may succeed.</summary>
internal static class Refusals
{
    internal const string Code = "SiloFull";

    internal static BackendUnavailableException Full(string message, string? path = null, string? store = null) =>
        new(message, path, store) { NativeCode = Code, RefusedBeforeExecution = true, RetryAfter = TransferDefaults.RetryAfter };

    internal static BackendUnavailableException Stopping() =>
        new("The silo is stopping and takes no new transfers.") { NativeCode = ClusterErrors.Stopping, RefusedBeforeExecution = true };

    /// <summary>What a call may not carry: the client knows a larger limit, or keeps to none.</summary>
    internal static RemoteStoreException TooLarge(int length, int limit, string path, string store) => new(
        $"A write of {length} bytes was sent inline; the store takes at most {limit}. Larger content must be uploaded in chunks: "
            + "reconnect the client if the limit was changed.",
        path, store)
    { NativeCode = "InlineLimit", RefusedBeforeExecution = true };
}
