namespace RemoteStore.Grains;

/// <summary>What the <see cref="RemoteStoreException.NativeCode"/> of a transfer's failure says.</summary>
public static class TransferCodes
{
    /// <summary>The transfer's grain does not know it: it has ended, or its silo was lost.</summary>
    public const string Ended = "TransferEnded";

    /// <summary>Length or hash of the bytes that arrived are not those of the bytes that were sent. Nothing was published.</summary>
    public const string Mismatch = "ContentMismatch";

    /// <summary>The file became another one while it was read, and its version was needed again.</summary>
    public const string Changed = "FileChanged";
}
