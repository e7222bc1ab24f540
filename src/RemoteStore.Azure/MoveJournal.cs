using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace RemoteStore.AzureBlobs;

/// <summary>A move that has begun: enough to finish it, or to see that it never happened.</summary>
/// <param name="Id">Its mark on the copy.</param>
/// <param name="Source">The key it comes from.</param>
/// <param name="Destination">The key it goes to.</param>
/// <param name="ETag">The version that is moved.</param>
internal sealed record MoveIntent(string Id, string Source, string Destination, string ETag);

/// <summary>Records of running moves, one small blob each, under a name that no key can have and no listing shows.</summary>
internal sealed class MoveJournal(BlobContainerClient container, TimeProvider clock)
{
    internal const string Folder = ".~rs.moves/";

    internal async ValueTask RecordAsync(MoveIntent intent, CancellationToken cancellationToken)
    {
        var call = Blob(intent.Id).UploadAsync(BinaryData.FromObjectAsJson(intent), overwrite: false, cancellationToken);
        await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops a record, if the service lets us: one that stays is settled later and then does nothing.</summary>
    internal async ValueTask ForgetAsync(string id)
    {
        try
        {
            await AzureCall.Timed(Blob(id).DeleteAsync(cancellationToken: CancellationToken.None), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (AzureErrors.Classify(e) is not null)
        {
            // The move itself has ended; its record is checked against the files before anything is done by it.
        }
    }

    internal async IAsyncEnumerable<MoveIntent> ReadAsync(TimeSpan minimumAge, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - minimumAge;
        await foreach (var record in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, Folder, cancellationToken).ConfigureAwait(false))
        {
            if (record.Properties.LastModified <= before && await ReadAsync(record.Name, cancellationToken).ConfigureAwait(false) is { } intent)
                yield return intent;
        }
    }

    private async ValueTask<MoveIntent?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var call = container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            var content = await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
            var intent = JsonSerializer.Deserialize<MoveIntent>(content.Value.Content);
            return intent is not null && Folder + intent.Id == name ? intent : null;
        }
        catch (Exception e) when (e is JsonException or RequestFailedException { Status: 404 })
        {
            return null;
        }
    }

    private BlobClient Blob(string id) => container.GetBlobClient(Folder + id);
}
