namespace RemoteStore.Grains;

/// <summary>
/// What concerns a store as a whole, or several of its paths; its key is the store's name. It has no state and runs anywhere.
/// </summary>
[Alias("remotestore.store")]
public interface IStoreGrain : IGrainWithStringKey
{
    /// <summary>What the store is and can do.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("describe")]
    ValueTask<StoreDescription> Describe(CancellationToken cancellationToken);

    /// <summary>A part of a listing, from the backend itself.</summary>
    /// <param name="request">What to list.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("list-page")]
    ValueTask<ListReply> ListPage(ListRequest request, CancellationToken cancellationToken);

    /// <summary>The sum of what lies below a folder. May take minutes.</summary>
    /// <param name="folder">The canonical key; empty for the root.</param>
    /// <param name="maxDepth">How deep; null for all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("folder-info"), ResponseTimeout("00:10:00")]
    ValueTask<FolderReply> FolderInfo(string folder, int? maxDepth, CancellationToken cancellationToken);

    /// <summary>Asks the backend whether it works.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("health")]
    ValueTask CheckHealth(CancellationToken cancellationToken);

    /// <summary>Deletes a folder, files through their owners. Works for some seconds only.</summary>
    /// <param name="request">Which folder, and how.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether all is done; if not, call again with <see cref="DeleteFolderRequest.Continued"/>.</returns>
    [TypedErrors, Alias("delete-folder")]
    ValueTask<bool> DeleteFolder(DeleteFolderRequest request, CancellationToken cancellationToken);

    /// <summary>Moves a file, holding both owners.</summary>
    /// <param name="request">From where to where.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("move")]
    ValueTask Move(MoveCopyRequest request, CancellationToken cancellationToken);

    /// <summary>Copies a file, holding both owners.</summary>
    /// <param name="request">From where to where.</param>
    /// <param name="cancellationToken">Cancels the call; the outcome is then unknown.</param>
    [TypedErrors, Alias("copy")]
    ValueTask Copy(MoveCopyRequest request, CancellationToken cancellationToken);

    /// <summary>Drops staged bytes; does nothing when they are gone.</summary>
    /// <param name="key">The canonical key they were staged for.</param>
    /// <param name="token">Their token.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("abort-staged")]
    ValueTask AbortStaged(string key, string token, CancellationToken cancellationToken);
}
