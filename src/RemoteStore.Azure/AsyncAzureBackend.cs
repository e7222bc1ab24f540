using RemoteStore.AzureBlobs;
using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// Files in a container of Azure Blob Storage, called asynchronously. Safe for any number of callers. Closing is final; it disposes nothing
/// that the caller supplied (the SDK's clients hold nothing to dispose).
/// </summary>
public sealed class AsyncAzureBackend : AsyncDriverBackend, IMaintainable
{
    private readonly AzureDriver _driver;

    /// <summary>Creates the backend without any I/O.</summary>
    /// <param name="options">Where the container is and how to get in.</param>
    /// <exception cref="ArgumentException">The options contradict each other or are incomplete; the message names the option, never its
    /// value.</exception>
    public AsyncAzureBackend(AzureBackendOptions options)
        : this(options, TimeProvider.System) { }

    internal AsyncAzureBackend(AzureBackendOptions options, TimeProvider clock)
        : this(AzureClients.Driver(options, clock)) { }

    private AsyncAzureBackend(AzureDriver driver)
        : base(driver) => _driver = driver;

    /// <summary>
    /// Finishes or forgets moves that were interrupted between the copy and the deletion of the source (flat accounts record each move
    /// while it runs). A source that has changed since stays. Safe to run at any time and from several places.
    /// </summary>
    /// <param name="minimumAge">How old a record must be; longer than any move takes. 15 minutes is a good value.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>How many records were recovered.</returns>
    public ValueTask<int> CompleteMovesAsync(TimeSpan minimumAge, CancellationToken cancellationToken = default) =>
        RunAsync(DriverOperation.MoveCopy, () => _driver.CompleteMovesAsync(minimumAge, cancellationToken), cancellationToken);

    /// <summary>Recovers moves that were interrupted at least 15 minutes ago, see <see cref="CompleteMovesAsync"/>.</summary>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>How many records were recovered.</returns>
    public ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default) =>
        CompleteMovesAsync(MoveIntent.Grace, cancellationToken);
}
