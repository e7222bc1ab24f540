using RemoteStore.AzureBlobs;
using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// Files in a container of Azure Blob Storage, with an asynchronous API. Thread-safe. Closing is final; it disposes no
/// object supplied by the caller (the clients of the SDK need no disposal).
/// </summary>
public sealed class AsyncAzureBackend : AsyncDriverBackend, IMaintainable
{
    private readonly AzureDriver _driver;

    /// <summary>Creates the backend; no I/O happens.</summary>
    /// <param name="options">The container and the credentials.</param>
    /// <exception cref="ArgumentException">The options are inconsistent or incomplete; the message names the option,
    /// never its value.</exception>
    public AsyncAzureBackend(AzureBackendOptions options)
        : this(options, TimeProvider.System) { }

    internal AsyncAzureBackend(AzureBackendOptions options, TimeProvider clock)
        : this(AzureClients.Driver(options, clock)) { }

    private AsyncAzureBackend(AzureDriver driver)
        : base(driver) => _driver = driver;

    /// <summary>
    /// Recovers moves that were interrupted between the copy and the deletion of the source: completes or discards them (in flat accounts
    /// each move is recorded while it runs). A source that has changed since is kept. Safe to run at any time, also concurrently.
    /// </summary>
    /// <param name="minimumAge">The minimum age of a journal entry; longer than any move takes. 15 minutes is a good value.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The number of recovered journal entries.</returns>
    public ValueTask<int> CompleteMovesAsync(TimeSpan minimumAge, CancellationToken cancellationToken = default) =>
        RunAsync(DriverOperation.MoveCopy, () => _driver.CompleteMovesAsync(minimumAge, cancellationToken), cancellationToken);

    /// <summary>Recovers moves that were interrupted at least 15 minutes ago, see <see cref="CompleteMovesAsync"/>.</summary>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The number of recovered journal entries.</returns>
    public ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default) =>
        CompleteMovesAsync(MoveIntent.Grace, cancellationToken);
}
