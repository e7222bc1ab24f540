using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>Records of running moves, one small blob each.</summary>
internal sealed class MoveJournal(BlobContainerClient container, TimeProvider clock)
{
    internal async ValueTask RecordAsync(MoveIntent intent, CancellationToken cancellationToken)
    {
        var call = Blob(intent.Id).UploadAsync(BinaryData.FromBytes(intent.ToJson()), overwrite: true, cancellationToken);
        await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops a record, if the service lets us: one that stays is recovered later and then does nothing.</summary>
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
            // The move itself has ended; its record is checked against the files before anything is done by it.
        }
    }

    /// <summary>The ids of records of some age.</summary>
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
