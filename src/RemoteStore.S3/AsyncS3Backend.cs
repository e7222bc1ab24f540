using RemoteStore.Drivers;
using RemoteStore.S3;

namespace RemoteStore;

/// <summary>
/// Files in a bucket of Amazon S3 or of a service that speaks its protocol. Any number of concurrent callers; construction does no I/O;
/// closing is final.
/// </summary>
/// <remarks>
/// Conditional writes are decided by the service. What a service ignores is found out by a probe, and is then taken from
/// <see cref="AsyncBackend.Capabilities"/>, which may so become smaller with the first health check or the first conditional write.
/// </remarks>
public sealed class AsyncS3Backend : AsyncDriverBackend, IMaintainable
{
    private static readonly TimeSpan StagingGrace = TimeSpan.FromHours(24);
    private readonly S3Driver _driver;

    /// <summary>Creates the backend.</summary>
    /// <param name="options">Where and how; read now, later changes have no effect.</param>
    /// <param name="clock">Measures the waits between attempts; default the system's clock.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public AsyncS3Backend(S3BackendOptions options, TimeProvider? clock = null)
        : this(new S3Driver(Checked(options), clock ?? TimeProvider.System)) { }

    private AsyncS3Backend(S3Driver driver)
        : base(driver) => _driver = driver;

    /// <summary>What is known of the service's conditions; null before the probe.</summary>
    internal S3ServiceFeatures? Traits => _driver.Traits;

    /// <summary>
    /// Drops what failed or forgotten uploads left: unfinished multipart uploads and staged objects below the backend's root that are older
    /// than the given age. Uploads still in flight for longer fail. What may not be touched keeps it from nothing else; the first failure
    /// is thrown at the end.
    /// </summary>
    /// <param name="olderThan">The age; longer than any upload takes.</param>
    /// <param name="cancellationToken">Cancels the sweep.</param>
    /// <returns>How many were dropped.</returns>
    public ValueTask<int> CleanUpAsync(TimeSpan olderThan, CancellationToken cancellationToken = default) =>
        RunAsync(DriverOperation.Delete, () => _driver.CleanUpAsync(olderThan, cancellationToken), cancellationToken);

    /// <summary>
    /// Finishes or forgets moves that were interrupted between the copy and the deletion of the source; each is recorded while it runs. A
    /// source that has changed since stays. Safe to run at any time and from several places. A move that cannot be recovered keeps it from
    /// no other; the first failure is thrown at the end.
    /// </summary>
    /// <param name="minimumAge">How old a record must be; longer than most moves take. 15 minutes is a good value.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>How many records were recovered.</returns>
    public ValueTask<int> CompleteMovesAsync(TimeSpan minimumAge, CancellationToken cancellationToken = default) =>
        RunAsync(DriverOperation.MoveCopy, () => _driver.CompleteMovesAsync(minimumAge, cancellationToken), cancellationToken);

    /// <summary>
    /// Recovers moves that were interrupted at least 15 minutes ago, and drops what uploads left that began more than 24 hours ago. See
    /// <see cref="CompleteMovesAsync"/> and <see cref="CleanUpAsync"/>.
    /// </summary>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>How many were recovered or dropped.</returns>
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
