using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Messaging;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>One connected cluster client and its host.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterConnection(IHost host) => _host = host;

    internal IClusterClient Client => _host.Services.GetRequiredService<IClusterClient>();

    internal static async Task<ClusterConnection> OpenAsync(
        RemoteStoreClientOptions options,
        ClusterTls? tls,
        CancellationToken cancellationToken
    )
    {
        options.Validate();
        using var late = new CancellationTokenSource(options.ConnectTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var host = Build(options, tls);
            // On the thread pool, so that background work of the cluster client does not run in the caller's context.
            return await Task.Run(() => StartAsync(host, either.Token), either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (!cancellationToken.IsCancellationRequested && e is OrleansException or SocketException or OperationCanceledException)
        {
            var gateways = string.Join(", ", options.Gateways);
            throw new BackendUnavailableException(
                tls is null
                    ? $"No gateway answers ({gateways})."
                    : $"No gateway answers over TLS, or none accepts this certificate ({gateways}). {tls.Refusal}",
                null,
                options.ClusterId,
                e
            );
        }
    }

    /// <summary>Whether a gateway responds as one: opens and closes a separate connection.</summary>
    internal static async Task<bool> RespondsAsync(IPEndPoint gateway, RemoteStoreClientOptions options, ClusterTls? tls, TimeSpan patience)
    {
        var alone = RemoteStoreClientOptions.For(gateway.ToString());
        (alone.ClusterId, alone.ServiceId, alone.ConnectTimeout) = (options.ClusterId, options.ServiceId, patience);
        try
        {
            await (await OpenAsync(alone, tls, CancellationToken.None).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            return true;
        }
        catch (BackendUnavailableException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync().ConfigureAwait(false);
    }

    internal static void Configure(IClientBuilder builder, RemoteStoreClientOptions options, ClusterTls? tls)
    {
        builder.Services.AddSingleton<IGatewayListProvider>(new DnsGatewayListProvider(options, tls));
        builder.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = options.GatewayRefresh);
        builder.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, options.ServiceId));
        builder.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = options.ResponseTimeout);
        builder.Configure<ClientConnectionOptions>(o => o.ConfigureConnection(GatewayDisconnectHandler.Watch));
        if (tls is not null)
            builder.Configure<ClientConnectionOptions>(o => o.ConfigureConnection(tls.Open));
        if (options.Tracing)
            builder.AddActivityPropagation();
    }

    private static IHost Build(RemoteStoreClientOptions options, ClusterTls? tls) =>
        new HostBuilder()
            .UseOrleansClient(builder => Configure(builder, options, tls))
            .ConfigureServices(services => services.AddSingleton<IHostLifetime, UnboundLifetime>())
            .Build();

    /// <summary>Leaves process signals to the application: the default lifetime would intercept Ctrl-C and SIGTERM.</summary>
    private sealed class UnboundLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static async Task<ClusterConnection> StartAsync(IHost host, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return new ClusterConnection(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
