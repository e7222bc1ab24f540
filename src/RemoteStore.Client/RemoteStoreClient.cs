using System.Collections.Concurrent;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>A connection to a cluster and its stores, for asynchronous code. Create one per process and reuse it. Thread-safe.</summary>
public sealed class RemoteStoreClient : IAsyncDisposable
{
    private readonly RemoteStoreClientOptions _options;
    private readonly ClusterConnection _connection;
    private readonly ConcurrentDictionary<string, ClusterBackend> _backends = new(StringComparer.Ordinal);

    // Neither is disposed: a caller that opens the connection for large transfers may use them longer.
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _closed = new();
    private readonly ClusterTls? _tls;
    private readonly TransferSettings _transfers;
    private ClusterConnection? _bulk;
    private bool _disposed;

    private RemoteStoreClient(RemoteStoreClientOptions options, ClusterTls? tls, ClusterConnection connection)
    {
        (_options, _tls, _connection) = (options, tls, connection);
        _transfers = options.TransfersOver(tls);
    }

    /// <summary>The underlying Orleans client; this client disposes it.</summary>
    public IClusterClient Cluster => _connection.Client;

    /// <summary>Connects to a cluster.</summary>
    /// <param name="options">The connection settings; null for one silo on this machine.</param>
    /// <param name="cancellationToken">Cancels the connection attempt.</param>
    /// <exception cref="BackendUnavailableException">No gateway answers.</exception>
    /// <exception cref="ArgumentException">An option is missing or out of range.</exception>
    public static async Task<RemoteStoreClient> ConnectAsync(
        RemoteStoreClientOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new RemoteStoreClientOptions();
        var tls = options.OpenTls();
        return new RemoteStoreClient(
            options,
            tls,
            await ClusterConnection.OpenAsync(options, tls, cancellationToken).ConfigureAwait(false)
        );
    }

    /// <summary>
    /// Connects, blocking, and opens a store for synchronous code. Disposing the store waits at most 30 s for running
    /// calls, and closes the connection.
    /// </summary>
    /// <param name="options">The connection settings.</param>
    /// <param name="name">The name of the store.</param>
    /// <param name="root">The folder that is its root; empty for the whole store.</param>
    /// <exception cref="BackendUnavailableException">No gateway answers.</exception>
    /// <exception cref="NotFoundException">The cluster has no such store.</exception>
    /// <exception cref="InvalidOperationException">The thread runs asynchronous work (a grain's turn, a user
    /// interface): use <see cref="ConnectAsync"/>.</exception>
    public static Store OpenStore(RemoteStoreClientOptions options, string name, string root = "")
    {
        ArgumentNullException.ThrowIfNull(options);
        CallerContext.ThrowIfAsynchronous();
        var backend = Task.Run(() => ConnectionOwningBackend.OpenAsync(options, name)).GetAwaiter().GetResult();
        return new Store(new AsyncBackendSyncAdapter(backend), root);
    }

    /// <summary>Connects, blocking, and opens a store for synchronous code.</summary>
    /// <param name="gateway">A gateway, as <c>host:port</c>.</param>
    /// <param name="name">The name of the store.</param>
    /// <param name="root">The folder that is its root; empty for the whole store.</param>
    /// <inheritdoc cref="OpenStore(RemoteStoreClientOptions, string, string)"/>
    public static Store OpenStore(string gateway, string name, string root = "") =>
        OpenStore(RemoteStoreClientOptions.For(gateway), name, root);

    /// <summary>Returns a store of the cluster; no I/O happens. Closing the store does not close this client.</summary>
    /// <param name="name">The name of the store.</param>
    /// <param name="root">The folder that is its root; empty for the whole store.</param>
    public AsyncStore GetStore(string name, string root = "") => new(GetBackend(name), root, leaveOpen: true);

    /// <summary>Returns the backend of a store; always the same instance for a name. No I/O happens.</summary>
    /// <param name="name">The name of the store.</param>
    public ClusterBackend GetBackend(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _backends.GetOrAdd(
            name,
            static (n, self) => new ClusterBackend(self.Cluster, n, self.Bulk, self._options.Limits, self._transfers, self._closed.Token),
            this
        );
    }

    /// <summary>Closes the connection. Running and later calls fail with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _closed.CancelAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_bulk is { } bulk)
                await bulk.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    private Func<CancellationToken, ValueTask<IGrainFactory>>? Bulk => _options.BulkConnection ? OpenBulkAsync : null;

    private async ValueTask<IGrainFactory> OpenBulkAsync(CancellationToken cancellationToken)
    {
        if (_bulk is { } open)
            return open.Client;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, cancellationToken);
        try
        {
            return await OpenOnceAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (_disposed && e is not ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The client was closed before the connection for large transfers was open.", e);
        }
    }

    private async ValueTask<IGrainFactory> OpenOnceAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _bulk ??= await ClusterConnection.OpenAsync(_options, _tls, cancellationToken).ConfigureAwait(false);
            return _bulk.Client;
        }
        finally
        {
            _opening.Release();
        }
    }
}
