using RemoteStore.Drivers;
using RemoteStore.S3;

namespace RemoteStore;

/// <summary>
/// Files in a bucket of Amazon S3 or of a service with the same protocol. Thread-safe. Construction does no I/O; closing is final.
/// </summary>
/// <remarks>
/// The service decides conditional writes. A probe detects the conditions that a service ignores, and removes them from
/// <see cref="AsyncBackend.Capabilities"/>, which may therefore become smaller with the first health check or the first conditional write.
/// </remarks>
public sealed class AsyncS3Backend : AsyncDriverBackend, IMaintainable
{
    private static readonly TimeSpan StagingGrace = TimeSpan.FromHours(24);
    private readonly S3Driver _driver;

    /// <summary>Creates the backend.</summary>
    /// <param name="options">The bucket and the settings; read now, later changes have no effect.</param>
    /// <param name="clock">Measures the pauses between attempts; default the system's clock.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public AsyncS3Backend(S3BackendOptions options, TimeProvider? clock = null)
        : this(new S3Driver(Checked(options), clock ?? TimeProvider.System)) { }

    private AsyncS3Backend(S3Driver driver)
        : base(driver) => _driver = driver;

    /// <summary>The conditions that the service supports; null before the probe.</summary>
    internal S3ServiceFeatures? Traits => _driver.Traits;

    /// <summary>
    /// Deletes the leftovers of failed or abandoned uploads: unfinished multipart uploads and staged objects below the
    /// backend's root that are older than the given age. Uploads that have been running for longer fail. A failure does
    /// not stop the remaining work; the first one is thrown at the end.
    /// </summary>
    /// <param name="olderThan">The age; longer than any upload takes.</param>
    /// <param name="cancellationToken">Cancels the cleanup.</param>
    /// <returns>The number of deleted uploads and objects.</returns>
    public ValueTask<int> CleanUpAsync(TimeSpan olderThan, CancellationToken cancellationToken = default) =>
        RunAsync(DriverOperation.Delete, () => _driver.CleanUpAsync(olderThan, cancellationToken), cancellationToken);

    /// <summary>
    /// Recovers moves that were interrupted between the copy and the deletion of the source: completes or discards them.
    /// Each move is recorded while it runs. A source that has changed since is kept. Safe to run at any time, also
    /// concurrently. A move that cannot be recovered does not stop the others; the first failure is thrown at the end.
    /// </summary>
    /// <param name="minimumAge">The minimum age of a journal entry; longer than most moves take. 15 minutes is a good value.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The number of recovered journal entries.</returns>
    public ValueTask<int> CompleteMovesAsync(TimeSpan minimumAge, CancellationToken cancellationToken = default) =>
        RunAsync(DriverOperation.MoveCopy, () => _driver.CompleteMovesAsync(minimumAge, cancellationToken), cancellationToken);

    /// <summary>
    /// Recovers moves that were interrupted at least 15 minutes ago, and deletes the leftovers of uploads that began
    /// more than 24 hours ago. See <see cref="CompleteMovesAsync"/> and <see cref="CleanUpAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The number of recovered moves and deleted leftovers.</returns>
    public async ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default)
    {
        var failures = new DeferredFailure(_ => false);
        var count =
            await failures.TryAsync(() => CompleteMovesAsync(MoveIntent.Grace, cancellationToken)).ConfigureAwait(false)
            + await failures.TryAsync(() => CleanUpAsync(StagingGrace, cancellationToken)).ConfigureAwait(false);
        failures.ThrowIfAny();
        return count;
    }

    private static S3BackendOptions Checked(S3BackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return options;
    }
}
