namespace RemoteStore.Grains;

/// <summary>The values of <see cref="RemoteStoreException.NativeCode"/> for failures of transfers.</summary>
public static class TransferCodes
{
    /// <summary>The transfer does not exist at its grain: it has ended, or its silo was lost.</summary>
    public const string Ended = "TransferEnded";

    /// <summary>Length or hash of the received bytes do not match the bytes sent. Nothing was published.</summary>
    public const string Mismatch = "ContentMismatch";

    /// <summary>The file changed while it was read, and the opened version was needed again.</summary>
    public const string Changed = "FileChanged";
}
