namespace RemoteStore.Cli;

internal static class StoreOpener
{
    internal static Task<AsyncStore> OpenAsync(StoreAddress address, CancellationToken cancellationToken) => throw new NotImplementedException();
}
