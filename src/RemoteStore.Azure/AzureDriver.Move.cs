using Azure;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

internal sealed partial class AzureDriver
{
    private const int MoveTries = 3;
    private readonly MoveJournal _journal = new(container, clock);

    /// <summary>
    /// One rename in a hierarchical namespace. In a flat one: record the intent, copy just the version seen and await it, delete just that
    /// version, drop the record.
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
                // Somebody replaced the source between the lookup and the copy, and the caller did not ask for a version: take the new one.
            }
        }
    }

    /// <summary>Finishes moves whose copy is complete, forgets those whose copy never came to be.</summary>
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

    /// <returns>Whether there was such a record.</returns>
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
        // From here on the move is finished whatever the caller does: half of it would be two files.
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
            // A definite refusal: nothing was copied. After any other failure the record stays, for the copy may yet have come to be.
            await _journal.ForgetAsync(intent.Id).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// False when another version exists there. A source that is gone was deleted by somebody else: nothing is left to do.
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
    /// The source was replaced after it was copied: the new version stays, the copy goes unless it has replaced something.
    /// </summary>
    private async ValueTask UndoAsync(MoveIntent intent, string copy, MoveCopyOptions transfer)
    {
        if (!transfer.Overwrite)
            await DeleteVersionAsync(intent.Destination, copy, CancellationToken.None).ConfigureAwait(false);
        await _journal.ForgetAsync(intent.Id).ConfigureAwait(false);
        throw new PreconditionFailedException("The source was replaced while it was moved.", intent.Source);
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

    /// <summary>A write makes the folders above its file, a rename does not: they are made when it misses one.</summary>
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
