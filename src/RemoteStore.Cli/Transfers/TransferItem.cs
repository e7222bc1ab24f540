namespace RemoteStore.Cli.Transfers;

/// <summary>One file to transfer between the local disk and the store.</summary>
internal sealed record TransferItem(string LocalPath, string RemotePath, long Size);
