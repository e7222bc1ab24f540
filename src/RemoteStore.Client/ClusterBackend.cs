using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// One store of a cluster. Every path is decided by its owner in the cluster. Small content is sent inline, large
/// content in chunks. Thread-safe. Holds no resources to dispose: the connection belongs to its creator.
/// </summary>
/// <remarks>
/// A call that the cluster does not answer is retried within <see cref="ClusterCallLimits.OperationTimeout"/>. A change is applied at
/// most once, however often it is retried. A change that remains unanswered, or whose outcome is unknown
/// (<see cref="ErrorCodes.OutcomeUnknown"/>), fails with <see cref="BackendUnavailableException"/>: it may or may not have been applied.
/// </remarks>
public sealed partial class ClusterBackend : AsyncBackend
{
    private const string Scheme = "remotestore://";
    private readonly ClusterCalls _calls;
    private readonly TransferClient _transfers;
    private readonly HotPaths _hot;
    private volatile StoreDescription? _description;

    /// <summary>Creates the backend; no I/O happens.</summary>
    /// <param name="grains">The access to the cluster: a connected client, or the grain factory inside a silo.</param>
    /// <param name="store">The name of the store.</param>
    /// <param name="bulk">Opens a connection for large transfers, so that small calls do not wait behind their chunks;
    /// called at the first large transfer. Null to use <paramref name="grains"/>.</param>
    /// <param name="limits">How long calls are retried; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is not valid, or a limit is out of range.</exception>
    public ClusterBackend(
        IGrainFactory grains,
        string store,
        Func<CancellationToken, ValueTask<IGrainFactory>>? bulk = null,
        ClusterCallLimits? limits = null
    )
        : this(grains, store, bulk, limits, transfers: null) { }

    /// <summary>Creates the backend of a client.</summary>
    /// <param name="grains">The access to the cluster.</param>
    /// <param name="store">The name of the store.</param>
    /// <param name="bulk">Opens a connection for large transfers.</param>
    /// <param name="limits">How long calls are retried.</param>
    /// <param name="transfers">The settings shared by all transfers of the client.</param>
    /// <param name="closed">Cancelled when the client is closed; calls are no longer retried then.</param>
    internal ClusterBackend(
        IGrainFactory grains,
        string store,
        Func<CancellationToken, ValueTask<IGrainFactory>>? bulk,
        ClusterCallLimits? limits,
        TransferSettings? transfers,
        CancellationToken closed = default
    )
    {
        ArgumentNullException.ThrowIfNull(grains);
        limits ??= ClusterCallLimits.Default;
        limits.Validate();
        _calls = new ClusterCalls(grains, GrainKeys.CheckedStoreName(store), bulk, limits, closed);
        _transfers = new TransferClient(
            _calls,
            transfers ?? new TransferSettings(TransferSettings.DefaultMaxBytes, DirectConnections.Plain)
        );
        _hot = new HotPaths(grains, store, TimeProvider.System);
    }

    /// <summary>The name of the store.</summary>
    public override string Name => _calls.Store;

    /// <summary>
    /// All capabilities until the store's own description has been fetched, by the first call or by <see cref="ConnectAsync"/>.
    /// </summary>
    public override CapabilitySet Capabilities => _description is { } known ? CapabilitiesOf(known) : CapabilitySet.All;

    /// <summary>Fetches the description of the store.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NotFoundException">The cluster has no such store.</exception>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken = default) =>
        await DescribeAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default)
    {
        var canonical = KernelKeys.Query(key, Name);
        return canonical.Length == 0
            ? EntryKind.Folder
            : (EntryKind)await _calls.PathAsync(canonical, 0, static (p, _, t) => p.Kind(t), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default)
    {
        var canonical = KernelKeys.File(key, Name);
        var file = await _calls.PathAsync(canonical, 0, static (p, _, t) => p.Stat(t), cancellationToken).ConfigureAwait(false);
        return file.ToInfo(canonical);
    }

    /// <inheritdoc/>
    public override async ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        await DescribeAsync(cancellationToken).ConfigureAwait(false);
        options = OptionChecks.Delete(options, Capabilities, key, Name);
        var request = new DeleteRequest { IgnoreMissing = options.IgnoreMissing, IfMatch = options.IfMatch };
        await _calls
            .ChangeAsync(
                KernelKeys.File(key, Name),
                request,
                static (p, r, o, t) => p.Delete(r with { Operation = o }, t),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask DeleteFolderAsync(
        string key,
        DeleteFolderOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= DeleteFolderOptions.Default;
        await DescribeAsync(cancellationToken).ConfigureAwait(false);
        Capabilities.Require(Capability.Delete, key, Name);
        var canonical = KernelKeys.File(key, Name);
        var request = new DeleteFolderRequest
        {
            Folder = canonical,
            Recursive = options.Recursive,
            IgnoreMissing = options.IgnoreMissing,
        };
        while (
            !await _calls
                .ChangeAsync(canonical, request, static (p, r, o, t) => p.DeleteFolder(r with { Operation = o }, t), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            request = request with { Continued = true };
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<RemoteFolderInfo> GetFolderInfoAsync(
        string key,
        int? maxDepth = null,
        CancellationToken cancellationToken = default
    )
    {
        OptionChecks.CheckDepth(maxDepth);
        await DescribeAsync(cancellationToken).ConfigureAwait(false);
        Capabilities.Require(Capability.Metadata, key, Name);
        var folder = KernelKeys.Query(key, Name);
        var reply = await _calls
            .StoreAsync(folder, (folder, maxDepth), static (s, a, t) => s.FolderInfo(a.folder, a.maxDepth, t), cancellationToken)
            .ConfigureAwait(false);
        return new RemoteFolderInfo(folder, reply.FileCount, reply.TotalSize, reply.LastModified);
    }

    /// <inheritdoc/>
    public override async ValueTask<ListPage> ListPageAsync(
        string key,
        ListOptions? options = null,
        string? continuationToken = null,
        CancellationToken cancellationToken = default
    )
    {
        await DescribeAsync(cancellationToken).ConfigureAwait(false);
        options = OptionChecks.List(options, Capabilities, key, Name);
        var folder = KernelKeys.Query(key, Name);
        var request = ListRequest.From(folder, options, continuationToken);
        var reply = await _calls.StoreAsync(folder, request, static (s, r, t) => s.ListPage(r, t), cancellationToken).ConfigureAwait(false);
        return new ListPage([.. reply.Entries.Select(e => e.ToEntry())], reply.ContinuationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<RemoteEntry> ListAsync(
        string key,
        ListOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        OptionChecks.List(options, Capabilities, key, Name);
        KernelKeys.Query(key, Name);
        return base.ListAsync(key, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => TransferAsync(source, destination, options, Capability.Move, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    ) => TransferAsync(source, destination, options, Capability.Copy, cancellationToken);

    /// <summary>
    /// Checks the health of the store's backend and fetches the store's description: <see cref="Capabilities"/> are exact from then on.
    /// </summary>
    /// <param name="cancellationToken">Cancels the check.</param>
    public override async ValueTask CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        await DescribeAsync(cancellationToken).ConfigureAwait(false);
        await _calls.StoreAsync(null, 0, static (s, _, t) => s.CheckHealth(t), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override string NativePath(string key) => $"{Scheme}{Name}/{KernelKeys.Query(key, Name)}";

    /// <inheritdoc/>
    public override string ToKey(string nativePath)
    {
        ArgumentNullException.ThrowIfNull(nativePath);
        var prefix = $"{Scheme}{Name}/";
        return nativePath.StartsWith(prefix, StringComparison.Ordinal) ? nativePath[prefix.Length..] : nativePath;
    }

    /// <inheritdoc/>
    public override ResolvedPath Resolve(string key) => new("cluster", Name, KernelKeys.Query(key, Name), NativePath(key));

    /// <summary>Does nothing: the connection belongs to its creator.</summary>
    /// <param name="cancellationToken">Ignored.</param>
    public override ValueTask CloseAsync(CancellationToken cancellationToken = default) => default;

    private static CapabilitySet CapabilitiesOf(StoreDescription description) =>
        new CapabilitySet((Capability)description.Capabilities).Without(Capability.SeekableRead | Capability.ResumeStaging);

    private ValueTask<StoreDescription> DescribeAsync(CancellationToken cancellationToken) =>
        _description is { } known ? new ValueTask<StoreDescription>(known) : FetchDescriptionAsync(cancellationToken);

    private async ValueTask<StoreDescription> FetchDescriptionAsync(CancellationToken cancellationToken)
    {
        var description = await _calls.StoreAsync(null, 0, static (s, _, t) => s.Describe(t), cancellationToken).ConfigureAwait(false);
        return _description = description;
    }

    private async ValueTask TransferAsync(
        string source,
        string destination,
        MoveCopyOptions? options,
        Capability gate,
        CancellationToken cancellationToken
    )
    {
        await DescribeAsync(cancellationToken).ConfigureAwait(false);
        options = OptionChecks.MoveCopy(options, gate, Capabilities, source, Name);
        var request = new MoveCopyRequest
        {
            Source = KernelKeys.File(source, Name),
            Destination = KernelKeys.File(destination, Name),
            Overwrite = options.Overwrite,
            IfMatch = options.IfMatch,
        };
        await _calls
            .ChangeAsync(
                request.Source,
                (request, gate),
                static (p, a, o, t) =>
                    a.gate == Capability.Move ? p.Move(a.request with { Operation = o }, t) : p.Copy(a.request with { Operation = o }, t),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
