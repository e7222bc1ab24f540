namespace RemoteStore.Grains;

/// <summary>How a silo says that it is full: nothing was done, and a later try may succeed.</summary>
internal static class Refusals
{
    internal const string Code = "SiloFull";

    internal static BackendUnavailableException Full(string message, string? path = null, string? store = null) =>
        new(message, path, store) { NativeCode = Code, RefusedBeforeExecution = true, RetryAfter = TransferDefaults.RetryAfter };
}
