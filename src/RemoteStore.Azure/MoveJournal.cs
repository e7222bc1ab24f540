using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>The journal of running moves, one small blob each.</summary>
internal sealed class MoveJournal(BlobContainerClient container, TimeProvider clock)
{
    internal async ValueTask RecordAsync(MoveIntent intent, CancellationToken cancellationToken)
    {
        var call = Blob(intent.Id).UploadAsync(BinaryData.FromBytes(intent.ToJson()), overwrite: true, cancellationToken);
        await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes an entry, if the service allows it. An entry that remains is recovered later, without effect.</summary>
    internal async ValueTask ForgetAsync(string id)
    {
        try
        {
            await AzureCall
                .Timed(Blob(id).DeleteAsync(cancellationToken: CancellationToken.None), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (AzureErrors.Classify(e) is not null)
        {
            // The move itself has ended; a recovery compares its entry with the files before it changes anything.
        }
    }

    /// <summary>The ids of entries of at least that age.</summary>
    internal async IAsyncEnumerable<string> IdsAsync(TimeSpan minimumAge, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - minimumAge;
        await foreach (
            var record in container
                .GetBlobsAsync(BlobTraits.None, BlobStates.None, MoveIntent.Folder, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            if (record.Properties.LastModified <= before && record.Name?.StartsWith(MoveIntent.Folder, StringComparison.Ordinal) == true)
                yield return record.Name[MoveIntent.Folder.Length..];
        }
    }

    internal async ValueTask<MoveIntent?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var call = Blob(id).DownloadContentAsync(cancellationToken);
            var content = await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
            return MoveIntent.Parse(content.Value.Content, id);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private BlobClient Blob(string id) => container.GetBlobClient(MoveIntent.Folder + id);
}
