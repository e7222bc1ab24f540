using Azure;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

internal sealed partial class AzureDriver
{
    private const int MoveTries = 3;
    private readonly MoveJournal _journal = new(container, clock);

    /// <summary>
    /// One rename in a hierarchical namespace. In a flat one: writes a journal entry, copies exactly the version read
    /// and waits for the copy, deletes exactly that version, and deletes the entry.
    /// </summary>
    public override async ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions transfer,
        CancellationToken cancellationToken
    )
    {
        if (dataLake is not null)
        {
            await RenameAsync(source, destination, transfer, cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var left = MoveTries; ; left--)
        {
            try
            {
                await CopyThenDeleteAsync(source, destination, transfer, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PreconditionFailedException) when (left > 1 && transfer.IfMatch is null or WriteOptions.Any)
            {
                // The source was replaced between the read and the copy, and the caller set no version: use the new one.
            }
        }
    }

    /// <summary>Completes moves whose copy exists, and discards those whose copy was never created.</summary>
    internal async ValueTask<int> CompleteMovesAsync(TimeSpan minimumAge, CancellationToken cancellationToken)
    {
        var settled = 0;
        var failures = new DeferredFailure(e => AzureErrors.Classify(e) is null or BackendUnavailableException);
        await foreach (var id in _journal.IdsAsync(minimumAge, cancellationToken).ConfigureAwait(false))
            settled += await failures.TryAsync(() => RecoverAsync(id, cancellationToken)).ConfigureAwait(false) ? 1 : 0;
        failures.ThrowIfAny();
        return settled;
    }

    internal override async ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken)
    {
        if (IsFlat)
            await RecoverAsync(MoveIntent.IdOf(operation), cancellationToken).ConfigureAwait(false);
        try
        {
            var blob = await PropertiesAsync(key, null, cancellationToken).ConfigureAwait(false);
            // A rename in a hierarchical namespace keeps the time.
            return AzureFiles.EntryOf(key, blob).Entry is not RemoteFileInfo file
                ? null
                : new VersionRecord(
                    file,
                    AzureMetadata.IsMadeBy(blob.Metadata, operation) ? file : null,
                    IsFlat ? file.LastModified : null
                );
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <returns>Whether there was such an entry.</returns>
    private async ValueTask<bool> RecoverAsync(string id, CancellationToken cancellationToken)
    {
        if (await _journal.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } intent)
            return false;
        if (await IsCopiedAsync(intent, cancellationToken).ConfigureAwait(false))
            await DeleteVersionAsync(intent.Source, intent.ETag, cancellationToken).ConfigureAwait(false);
        await _journal.ForgetAsync(intent.Id).ConfigureAwait(false);
        return true;
    }

    private async ValueTask CopyThenDeleteAsync(
        string source,
        string destination,
        MoveCopyOptions transfer,
        CancellationToken cancellationToken
    )
    {
        var seen = await PropertiesAsync(source, null, cancellationToken).ConfigureAwait(false);
        if (AzureFiles.EntryOf(source, seen).Entry is not RemoteFileInfo file)
            throw FolderAt(source);
        if (Conditions.Failure(file, transfer.IfMatch, source, Name) is { } failure)
            throw failure;
        var intent = new MoveIntent(MoveIntent.IdOf(transfer.OperationId), source, destination, file.ETag!);
        await _journal.RecordAsync(intent, cancellationToken).ConfigureAwait(false);
        var copy = await CopyOfMoveAsync(intent, transfer, seen.Metadata, cancellationToken).ConfigureAwait(false);
        // From here on the move is completed even if the caller cancels: a partial move would leave two files.
        if (!await DeleteVersionAsync(source, intent.ETag, CancellationToken.None).ConfigureAwait(false))
            await UndoAsync(intent, copy, transfer).ConfigureAwait(false);
        await _journal.ForgetAsync(intent.Id).ConfigureAwait(false);
    }

    private async ValueTask<string> CopyOfMoveAsync(
        MoveIntent intent,
        MoveCopyOptions transfer,
        IDictionary<string, string> metadata,
        CancellationToken cancellationToken
    )
    {
        var marked = new Dictionary<string, string>(metadata, StringComparer.OrdinalIgnoreCase) { [AzureMetadata.MoveMark] = intent.Id };
        marked.Remove(AzureMetadata.OperationMark);
        try
        {
            return await CopyBlobAsync(
                    intent.Source,
                    intent.Destination,
                    transfer with
                    {
                        IfMatch = intent.ETag,
                    },
                    marked,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (!e.IsTransient)
        {
            // A definite refusal: nothing was copied. After any other failure the entry is kept, since the copy may still be created.
            await _journal.ForgetAsync(intent.Id).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// False when another version now exists. A missing source was deleted by another client: nothing remains to be done.
    /// </summary>
    private async ValueTask<bool> DeleteVersionAsync(string key, string etag, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteBlobAsync(key, etag, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return true;
        }
        catch (RequestFailedException e) when (AzureErrors.Classify(e) is PreconditionFailedException)
        {
            return false;
        }
    }

    /// <summary>
    /// The source was replaced after it was copied: the new version is kept, and the copy is deleted unless it has replaced a file.
    /// </summary>
    private async ValueTask UndoAsync(MoveIntent intent, string copy, MoveCopyOptions transfer)
    {
        if (!transfer.Overwrite)
            await DeleteVersionAsync(intent.Destination, copy, CancellationToken.None).ConfigureAwait(false);
        await _journal.ForgetAsync(intent.Id).ConfigureAwait(false);
        throw new PreconditionFailedException("The source was replaced concurrently with the move.", intent.Source);
    }

    private async ValueTask<bool> IsCopiedAsync(MoveIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            var copy = await PropertiesAsync(intent.Destination, null, cancellationToken).ConfigureAwait(false);
            return copy.CopyStatus == Azure.Storage.Blobs.Models.CopyStatus.Success
                && copy.Metadata.TryGetValue(AzureMetadata.MoveMark, out var mark)
                && mark == intent.Id;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private async ValueTask RenameAsync(string source, string destination, MoveCopyOptions transfer, CancellationToken cancellationToken)
    {
        try
        {
            await RenameIntoFolderAsync(source, destination, transfer, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            throw await CopyRefusedAsync(e, source, destination, transfer, cancellationToken).ConfigureAwait(false)
                ?? AzureErrors.Classify(e)!;
        }
    }

    /// <summary>A write creates missing folders, a rename does not: they are created when the rename reports a missing one.</summary>
    private async ValueTask RenameIntoFolderAsync(
        string source,
        string destination,
        MoveCopyOptions transfer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await dataLake!.RenameAsync(source, destination, transfer, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (AzureErrors.CodeOf(e) == "RenameDestinationParentPathNotFound")
        {
            await dataLake!.CreateFolderAsync(destination[..destination.LastIndexOf('/')], cancellationToken).ConfigureAwait(false);
            await dataLake.RenameAsync(source, destination, transfer, cancellationToken).ConfigureAwait(false);
        }
    }
}
