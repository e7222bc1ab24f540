namespace RemoteStore.Client;

/// <summary>A store of a cluster that owns its connection and closes it.</summary>
internal sealed class ConnectionOwningBackend : DelegatingBackend
{
    private readonly RemoteStoreClient _client;

    private ConnectionOwningBackend(ClusterBackend inner, RemoteStoreClient client)
        : base(inner) => _client = client;

    public override async ValueTask CloseAsync(CancellationToken cancellationToken = default) =>
        await _client.DisposeAsync().ConfigureAwait(false);

    internal static async Task<ConnectionOwningBackend> OpenAsync(RemoteStoreClientOptions options, string name)
    {
        var client = await RemoteStoreClient.ConnectAsync(options).ConfigureAwait(false);
        try
        {
            var backend = client.GetBackend(name);
            await backend.ConnectAsync().ConfigureAwait(false);
            return new ConnectionOwningBackend(backend, client);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
