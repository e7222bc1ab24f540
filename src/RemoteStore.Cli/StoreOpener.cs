using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RemoteStore.Client;

namespace RemoteStore.Cli;

/// <summary>Opens the store of a command; disposing it closes the connection or the configured backends.</summary>
internal static class StoreOpener
{
    internal static Task<AsyncStore> OpenAsync(StoreAddress address, CancellationToken cancellationToken) =>
        address.Config is { } file ? Task.FromResult(OpenConfigured(file, address.Store)) : ConnectAsync(address, cancellationToken);

    private static async Task<AsyncStore> ConnectAsync(StoreAddress address, CancellationToken cancellationToken)
    {
        var options = new RemoteStoreClientOptions
        {
            Gateways = address.Connect.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ClusterId = address.ClusterId,
            // One command at a time: no small call would wait behind its chunks.
            BulkConnection = false,
            Tls = address.Tls,
        };
        var client = await RemoteStoreClient.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        return new AsyncStore(new OwnedBackend(client.GetBackend(address.Store), client));
    }

    private static AsyncStore OpenConfigured(string file, string name)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath(file), optional: false)
            .AddEnvironmentVariables()
            .Build();
        var services = new ServiceCollection()
            .AddRemoteStore(configuration)
            .AddAzureBackend()
            .AddS3Backend()
            .AddSftpBackend()
            .BuildServiceProvider();
        try
        {
            var store = services.GetRequiredService<StoreRegistry>().GetAsyncStore(name);
            return new AsyncStore(new OwnedBackend(store.Backend, services), store.Root.IsRoot ? "" : store.Root.Value);
        }
        catch (Exception e) when (e is OptionsValidationException or KeyNotFoundException)
        {
            throw new ArgumentException(e.Message, e);
        }
    }

    /// <summary>Closes its owner together with itself.</summary>
    private sealed class OwnedBackend(AsyncBackend inner, IAsyncDisposable owner) : DelegatingBackend(inner)
    {
        public override async ValueTask CloseAsync(CancellationToken cancellationToken = default)
        {
            await base.CloseAsync(cancellationToken).ConfigureAwait(false);
            await owner.DisposeAsync().ConfigureAwait(false);
        }
    }
}
