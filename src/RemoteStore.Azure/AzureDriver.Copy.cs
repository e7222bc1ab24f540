using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

internal sealed partial class AzureDriver
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(2);

    public override async ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions transfer,
        CancellationToken cancellationToken
    ) => await CopyBlobAsync(source, destination, transfer, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Copies within the service and returns when the copy is complete.</summary>
    /// <returns>The version of the copy.</returns>
    private async ValueTask<string> CopyBlobAsync(
        string source,
        string destination,
        MoveCopyOptions transfer,
        IDictionary<string, string>? metadata,
        CancellationToken cancellationToken
    )
    {
        var request = new BlobCopyFromUriOptions
        {
            SourceConditions = Matching(transfer.IfMatch),
            DestinationConditions = ConditionsOf(transfer.AtDestination),
            Metadata = metadata,
        };
        try
        {
            var call = container.GetBlobClient(destination).StartCopyFromUriAsync(AddressOf(source), request, cancellationToken);
            var copy = await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
            var headers = copy.GetRawResponse().Headers;
            var isDone = headers.TryGetValue("x-ms-copy-status", out var status) && status == "success";
            return isDone && headers.ETag is { } etag
                ? AzureFiles.Unquoted(etag)
                : await AwaitCopyAsync(destination, copy.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            throw await CopyRefusedAsync(e, source, destination, transfer, cancellationToken).ConfigureAwait(false)
                ?? AzureErrors.Classify(e)!;
        }
    }

    /// <summary>
    /// The address of a source, with the signature that lets the service read it; other credentials are valid within their account.
    /// </summary>
    private Uri AddressOf(string key)
    {
        var blob = new UriBuilder(container.GetBlobClient(key).Uri);
        if (blob.Query.Length == 0)
            blob.Query = signature;
        return blob.Uri;
    }

    /// <summary>Determines the end that caused a refusal. The source is checked first, and only after a refusal.</summary>
    private async ValueTask<RemoteStoreException?> CopyRefusedAsync(
        RequestFailedException e,
        string source,
        string destination,
        MoveCopyOptions transfer,
        CancellationToken cancellationToken
    )
    {
        var (entry, _) = await LookupAsync(source, cancellationToken).ConfigureAwait(false);
        if (entry is null)
            return StorageErrors.NotFound(source, inner: e);
        if (entry.Value.Entry is not RemoteFileInfo file)
            return FolderAt(source);
        if (Conditions.Failure(file, transfer.IfMatch, source, Name) is { } failure)
            return failure;
        if (transfer.DestinationIfMatch is not null && await IsCopyOfAsync(destination, source, cancellationToken).ConfigureAwait(false))
            return new BackendUnavailableException(
                "Outcome unknown: the destination is a copy of the source, which this call may have created.",
                destination,
                Name,
                e
            );
        return transfer is { Overwrite: true, DestinationIfMatch: null }
            ? null
            : AzureErrors.OfConditions(e, transfer.AtDestination, destination);
    }

    /// <summary>
    /// Whether the file that caused the refusal is the result of this very copy, whose response was lost and which was resent.
    /// </summary>
    private async ValueTask<bool> IsCopyOfAsync(string destination, string source, CancellationToken cancellationToken)
    {
        try
        {
            var there = await PropertiesAsync(destination, null, cancellationToken).ConfigureAwait(false);
            return there.CopySource?.AbsolutePath == AddressOf(source).AbsolutePath;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private async ValueTask<string> AwaitCopyAsync(string destination, string copyId, CancellationToken cancellationToken)
    {
        try
        {
            for (var wait = FirstPoll; ; wait = wait < LongestPoll ? wait * 2 : LongestPoll)
            {
                var copy = await RunningCopyAsync(destination, cancellationToken).ConfigureAwait(false);
                if (copy.CopyId != copyId)
                    throw new RemoteStoreException("The destination was replaced concurrently with the copy.", destination)
                    {
                        IsTransient = true,
                    };
                if (copy.CopyStatus == CopyStatus.Success)
                    return AzureFiles.Unquoted(copy.ETag);
                if (copy.CopyStatus != CopyStatus.Pending)
                    throw CopyFailed(destination, copy.CopyStatusDescription);
                await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await DropUnfinishedAsync(destination, copyId).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<BlobProperties> RunningCopyAsync(string destination, CancellationToken cancellationToken)
    {
        try
        {
            return await PropertiesAsync(destination, null, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new RemoteStoreException("The destination was deleted concurrently with the copy.", destination, inner: e)
            {
                IsTransient = true,
            };
        }
    }

    // The description starts with the status that the service received while copying: "503 OperationCancelled ...".
    private static RemoteStoreException CopyFailed(string destination, string? description)
    {
        var end = (description ?? "").IndexOf(' ', StringComparison.Ordinal);
        var isTransient =
            end > 0
            && int.TryParse(description.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            && status >= 500;
        return new RemoteStoreException("The service could not complete the copy.", destination) { IsTransient = isTransient };
    }

    /// <summary>
    /// A copy that did not complete leaves an empty file with the source's metadata: deletes it if it is still that file.
    /// </summary>
    private async ValueTask DropUnfinishedAsync(string destination, string copyId)
    {
        try
        {
            var left = await PropertiesAsync(destination, null, CancellationToken.None).ConfigureAwait(false);
            if (left.CopyId != copyId || left.CopyStatus == CopyStatus.Success)
                return;
            if (left.CopyStatus == CopyStatus.Pending)
                await container
                    .GetBlobClient(destination)
                    .AbortCopyFromUriAsync(copyId, null, CancellationToken.None)
                    .ConfigureAwait(false);
            left = await PropertiesAsync(destination, null, CancellationToken.None).ConfigureAwait(false);
            if (left.CopyId == copyId && left.CopyStatus != CopyStatus.Success)
                await DeleteBlobAsync(destination, AzureFiles.Unquoted(left.ETag), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (AzureErrors.Classify(e) is not null)
        {
            // The caller must see the failure of the copy.
        }
    }
}
