namespace RemoteStore.Grains;

/// <summary>
/// Operations on a store as a whole, or on several of its paths. Its key is the name of the store. Stateless; runs in any silo.
/// </summary>
[Alias("remotestore.store")]
public interface IStoreGrain : IGrainWithStringKey
{
    /// <summary>The description of the store.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("describe")]
    ValueTask<StoreDescription> Describe(CancellationToken cancellationToken);

    /// <summary>A part of a listing, read from the backend.</summary>
    /// <param name="request">What to list.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("list-page")]
    ValueTask<ListReply> ListPage(ListRequest request, CancellationToken cancellationToken);

    /// <summary>The totals of all files below a folder. May take minutes.</summary>
    /// <param name="folder">The canonical key; empty for the root.</param>
    /// <param name="maxDepth">The largest depth; null for no limit.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("folder-info"), ResponseTimeout("00:10:00")]
    ValueTask<FolderReply> FolderInfo(string folder, int? maxDepth, CancellationToken cancellationToken);

    /// <summary>Checks the health of the backend.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("health")]
    ValueTask CheckHealth(CancellationToken cancellationToken);

    /// <summary>Deletes staged bytes; does nothing when they no longer exist.</summary>
    /// <param name="key">The canonical key for which they were staged.</param>
    /// <param name="token">Their token.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("abort-staged")]
    ValueTask AbortStaged(string key, string token, CancellationToken cancellationToken);
}
