using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace RemoteStore;

/// <summary>
/// The configured stores of a process. A backend is created on first use, once for all its stores, and is closed with the registry. Safe
/// for concurrent callers. A disposed registry creates no stores or backends.
/// </summary>
public sealed class StoreRegistry : IDisposable, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AsyncBackend> _backends = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, AsyncStore> _asyncStores = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Store> _stores = new(StringComparer.OrdinalIgnoreCase);
    private readonly SyncFacades _faces;
    private readonly RemoteStoreOptions _options;
    private readonly BackendComposer _composer;
    private readonly IReadOnlyList<IBackendFactory> _known;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private bool _closed;

    /// <summary>Creates the registry; no backend is created yet. Usually done by <c>AddRemoteStore</c>.</summary>
    /// <param name="options">The backends and stores.</param>
    /// <param name="factories">The known types of backends; of two with the same type the last one counts.</param>
    /// <param name="services">Provides loggers, a clock and other services to the backends.</param>
    /// <exception cref="OptionsValidationException">The options are invalid; every message names the key.</exception>
    public StoreRegistry(IOptions<RemoteStoreOptions> options, IEnumerable<IBackendFactory> factories, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var known = factories.ToList();
        _options = options.Value;
        if (new RemoteStoreOptionsValidator(known).Validate(null, _options) is { Failed: true } result)
            throw new OptionsValidationException(RemoteStoreOptions.SectionName, typeof(RemoteStoreOptions), result.Failures);
        var loggers = (ILoggerFactory?)services.GetService(typeof(ILoggerFactory)) ?? NullLoggerFactory.Instance;
        _clock = (TimeProvider?)services.GetService(typeof(TimeProvider)) ?? TimeProvider.System;
        _logger = loggers.CreateLogger<StoreRegistry>();
        _faces = new SyncFacades(loggers);
        _composer = new BackendComposer(known, services, loggers, _clock);
        _known = known;
    }

    /// <summary>The names of the stores, in order.</summary>
    public IReadOnlyList<string> StoreNames => [.. _options.Stores.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The names of the backends, in order.</summary>
    public IReadOnlyList<string> BackendNames => [.. _options.Backends.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The backend of that name, with its layers. The registry closes it.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">No such backend; the message lists the known ones.</exception>
    /// <exception cref="ObjectDisposedException">The registry is closed.</exception>
    public AsyncBackend GetBackend(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_options.Backends.TryGetValue(name, out var backend))
            throw Unknown("backend", name, BackendNames);
        lock (_gate)
            return Made(name, backend);
    }

    /// <summary>From where the files of a store can be reached.</summary>
    /// <param name="name">The store's name.</param>
    /// <exception cref="KeyNotFoundException">No such store; the message lists the known ones.</exception>
    public BackendScope GetReach(string name) =>
        RemoteStoreOptionsValidator.Find(_known, _options.Backends[OptionsOf(name).Backend!].Type)!.Reach;

    /// <summary>The store of that name for asynchronous code; always the same one. Closing it leaves its backend open.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">No such store; the message lists the known ones.</exception>
    /// <exception cref="ObjectDisposedException">The registry is closed.</exception>
    public AsyncStore GetAsyncStore(string name)
    {
        var options = OptionsOf(name);
        lock (_gate)
            return AsyncStoreOf(name, options);
    }

    /// <summary>
    /// The store of that name for synchronous code; always the same one. Closing it leaves its backend open. A sync backend without a
    /// resilience or read-only layer is called directly on the caller's thread; any other through <see cref="AsyncBackendSyncAdapter"/>.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">No such store; the message lists the known ones.</exception>
    /// <exception cref="ObjectDisposedException">The registry is closed.</exception>
    public Store GetStore(string name)
    {
        var options = OptionsOf(name);
        lock (_gate)
        {
            if (!_stores.TryGetValue(name, out var store))
                _stores[name] = store = new Store(_faces.Of(AsyncStoreOf(name, options).Backend), options.Root ?? "", leaveOpen: true);
            return store;
        }
    }

    /// <summary>Checks the backends of all stores concurrently. Never throws for a store that fails.</summary>
    /// <param name="timeout">How long a store may take; default 10 s.</param>
    /// <param name="cancellationToken">Cancels the whole call.</param>
    /// <returns>One result per store, in the order of <see cref="StoreNames"/>.</returns>
    public async Task<IReadOnlyList<StoreHealth>> CheckHealthAsync(
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default
    ) =>
        await Task.WhenAll(StoreNames.Select(n => CheckHealthAsync(n, timeout ?? TimeSpan.FromSeconds(10), cancellationToken)))
            .ConfigureAwait(false);

    /// <summary>Closes all backends that were created. Failures to close are logged.</summary>
    public async ValueTask DisposeAsync()
    {
        var (faces, backends) = TakeAll();
        if (faces.Count > 0)
            await Task.Run(() => faces.ForEach(Close)).ConfigureAwait(false);
        foreach (var backend in backends)
            await CloseAsync(backend).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes all backends that were created, and blocks until that is done; asynchronous code uses <see cref="DisposeAsync"/>.
    /// </summary>
    public void Dispose()
    {
        // Off the caller's context, which would otherwise deadlock.
        Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();
    }

    private static KeyNotFoundException Unknown(string kind, string? name, IEnumerable<string> known) =>
        new($"'{PathRules.Printable(name ?? "")}' is not a configured {kind}. Known: {ConfigurationKeys.Listed(known)}.");

    private StoreOptions OptionsOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _options.Stores.TryGetValue(name, out var options) ? options : throw Unknown("store", name, StoreNames);
    }

    private AsyncStore AsyncStoreOf(string name, StoreOptions options)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_asyncStores.TryGetValue(name, out var store))
            _asyncStores[name] = store = new AsyncStore(BackendOf(options), options.Root ?? "", leaveOpen: true);
        return store;
    }

    private AsyncBackend BackendOf(StoreOptions options)
    {
        var backend = Made(options.Backend!, _options.Backends[options.Backend!]);
        return options.ReadOnly ? new ReadOnlyBackend(backend) : backend;
    }

    private AsyncBackend Made(string name, BackendOptions options)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_backends.TryGetValue(name, out var backend))
        {
            _backends[name] = backend = _composer.Compose(name, options);
            _logger.BackendCreated(name, options.Type!);
        }

        return backend;
    }

    private async Task<StoreHealth> CheckHealthAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        var error = await FailureAsync(name, timeout, cancellationToken).ConfigureAwait(false);
        return new StoreHealth(name, _options.Stores[name].Backend!, _clock.GetElapsedTime(started), error)
        {
            Detail = error is null ? DetailOf(name) : null,
        };
    }

    private string? DetailOf(string name)
    {
        try
        {
            return GetAsyncStore(name).Backend.Unwrap<IReportsHealthDetail>().HealthDetail;
        }
        catch (CapabilityNotSupportedException)
        {
            // Most backends have nothing to add.
            return null;
        }
    }

    private async Task<Exception?> FailureAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await GetAsyncStore(name).CheckHealthAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new BackendUnavailableException(
                FormattableString.Invariant($"Health check timed out after {timeout.TotalSeconds:0.###} s."),
                null,
                _options.Stores[name].Backend,
                e
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return e;
        }
    }

    private (List<Backend> Faces, List<AsyncBackend> Backends) TakeAll()
    {
        lock (_gate)
        {
            _closed = true;
            var made = _backends.Values.ToList();
            _backends.Clear();
            return (_faces.TakeAll(), made);
        }
    }

    private void Close(Backend face)
    {
        try
        {
            face.Close();
        }
        catch (Exception e)
        {
            _logger.CloseFailed(face.Name, OperationScope.OutcomeOf(e));
        }
    }

    private async Task CloseAsync(AsyncBackend backend)
    {
        try
        {
            await backend.CloseAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.CloseFailed(backend.Name, OperationScope.OutcomeOf(e));
        }
    }
}
