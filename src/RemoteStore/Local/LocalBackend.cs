using Microsoft.Extensions.Logging;
using RemoteStore.Drivers;
using RemoteStore.Local;

namespace RemoteStore;

/// <summary>
/// Files below a folder of a local disk; the key <c>a/b</c> is the file <c>root/a/b</c>. Safe for any number of threads, and of processes
/// over one folder.
/// </summary>
/// <remarks>
/// Every write is staged next to its target, synced, and published by one rename, so no reader sees a partial file. A create-only write is
/// decided by the file system: of concurrent creators exactly one wins. Links that lead out of the root are rejected. The constructor does
/// no I/O.
/// </remarks>
public sealed class LocalBackend : DriverBackend, IMaintainable, IReportsHealthDetail
{
    private readonly LocalDriver _driver;

    /// <summary>Creates a backend over a folder, with the default options.</summary>
    /// <param name="root">The folder; a relative path is resolved against the current directory now.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public LocalBackend(string root)
        : this(new LocalBackendOptions { Root = root }) { }

    /// <summary>Creates a backend over a folder.</summary>
    /// <param name="options">The folder and its options.</param>
    /// <param name="logger">
    /// Logs a warning, once each, when the mount cannot sync and when links are not contained in the root; default none.
    /// </param>
    /// <exception cref="ArgumentException">An option is missing or out of range, or containment is required and not available.</exception>
    public LocalBackend(LocalBackendOptions options, ILogger<LocalBackend>? logger = null)
        : this(Checked(options), LocalFiles.Choose, TimeProvider.System, logger) { }

    internal LocalBackend(
        LocalBackendOptions options,
        Func<LocalRoot, LocalFiles> files,
        TimeProvider clock,
        ILogger? logger = null,
        Durability? durability = null,
        Func<LocalFolder, NameFolding?>? probe = null
    )
        : this(
            new LocalDriver(
                Checked(options),
                files,
                clock,
                durability ?? new Durability(options.Durable, () => logger?.CannotSync(options.Name)),
                new LocalNames(options, probe ?? NameProbe.Find, f => logger?.NamesAreFolded(options.Name, f))
            )
        )
    {
        if (IsContained)
            return;
        if (options.RequireContainment)
            throw new ArgumentException(ContainmentFault, nameof(options));
        logger?.NotContained(options.Name);
    }

    private LocalBackend(LocalDriver driver)
        : base(driver) => _driver = driver;

    internal const string ContainmentFault =
        "RequireContainment is set, but openat2, which keeps links inside the root, is not available. "
        + "It needs Linux 5.6 or later, and a sandbox that allows it.";

    /// <summary>
    /// Whether the kernel keeps every link inside the root. False where <c>openat2</c> is not available: links are then checked one by one,
    /// and a process that can change links below the root concurrently can lead a call out of it.
    /// </summary>
    public bool IsContained => _driver.IsContained;

    /// <summary>What a health check reports in addition; null for nothing.</summary>
    string? IReportsHealthDetail.HealthDetail => IsContained ? null : "NotContained";

    /// <summary>
    /// Whether acknowledged changes have been synced to the disk. False when <see cref="LocalBackendOptions.Durable"/> is off, and when the
    /// mount cannot sync; null until the first health check or write has determined it.
    /// </summary>
    public bool? IsDurable => _driver.IsDurable;

    /// <summary>
    /// Whether the mount stores with each file the operation that wrote it (an extended attribute), so that a retried call is recognised
    /// after the owner of its path was lost. Null until the first write through an owner has determined it.
    /// </summary>
    public bool? RecordsOperations => _driver.RecordsOperations;

    /// <summary>
    /// Removes the leftovers of crashed writers in the whole tree: staged files older than <see cref="LocalBackendOptions.StagingGrace"/>.
    /// Listings and folder deletions do the same for the folders they read.
    /// </summary>
    /// <returns>The number of staged files removed.</returns>
    public int CleanUpStaging() => _driver.CleanUp();

    /// <summary>
    /// The same as <see cref="CleanUpStaging"/>, for hosts that run it periodically; the work is complete when this returns.
    /// </summary>
    /// <param name="cancellationToken">Checked before the work begins.</param>
    /// <returns>The number of staged files removed.</returns>
    public ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(CleanUpStaging());
    }

    private static LocalBackendOptions Checked(LocalBackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Root, nameof(options.Root));
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Name, nameof(options.Name));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.StagingGrace, TimeSpan.Zero, nameof(options.StagingGrace));
        if (!OctalMode.IsFileMode(options.FileMode))
            throw new ArgumentException($"{nameof(options.FileMode)} {OctalMode.FileFault}", nameof(options));
        if (!OctalMode.IsFolderMode(options.FolderMode))
            throw new ArgumentException($"{nameof(options.FolderMode)} {OctalMode.FolderFault}", nameof(options));
        return options;
    }
}
