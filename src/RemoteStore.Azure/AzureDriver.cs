using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// Block blobs in one container. The service evaluates every condition itself. In a flat account folders are only
/// prefixes of names; a hierarchical one marks them with metadata.
/// </summary>
/// <param name="container">The container; never disposed.</param>
/// <param name="signature">The shared access signature, for copy sources; empty for none.</param>
/// <param name="dataLake">The calls specific to a hierarchical namespace; null for a flat one.</param>
/// <param name="options">Validated options.</param>
/// <param name="clock">The clock for waits and ages.</param>
internal sealed partial class AzureDriver(
    BlobContainerClient container,
    string signature,
    DataLakeCalls? dataLake,
    AzureBackendOptions options,
    TimeProvider clock
) : StorageDriver
{
    private readonly string _root = new Uri(container.Uri.GetLeftPart(UriPartial.Path)).AbsoluteUri.TrimEnd('/') + "/";

    public override string Kind => "azure";

    public override string Name => options.Name;

    public override CapabilitySet Capabilities { get; } =
        CapabilitySet.All.Without(Capability.AtomicMove | Capability.SeekableRead | Capability.ResumeStaging);

    public override bool IsFlat => dataLake is null;

    public override bool DecidesConditions => IsFlat;

    public override bool NamesTravelInXml => true;

    public override bool CloseIsTerminal => true;

    public override async ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken)
    {
        var (entry, containerIsAbsent) = await LookupAsync(key, cancellationToken).ConfigureAwait(false);
        // A listing repeats its prefix, so a prefix with such a name cannot be read.
        if (entry is not null || containerIsAbsent || !IsFlat || !PathRules.FitsXml(key))
            return entry;
        return await HasChildrenAsync(key, cancellationToken).ConfigureAwait(false) ? new DriverEntry(new RemoteFolderEntry(key)) : null;
    }

    public override async ValueTask<RemoteFileInfo?> FindFileAsync(string key, CancellationToken cancellationToken) =>
        (await LookupAsync(key, cancellationToken).ConfigureAwait(false)).Entry?.Entry as RemoteFileInfo;

    public override async ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        if (options.Range is { Length: 0 })
            return await OpenEmptyAsync(key, options.IfMatch, cancellationToken).ConfigureAwait(false);
        var request = new BlobDownloadOptions { Range = AzureFiles.RangeOf(options.Range), Conditions = Matching(options.IfMatch) };
        try
        {
            var answer = await AzureCall
                .Timed(container.GetBlobClient(key).DownloadStreamingAsync(request, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            return await OpenedAsync(key, answer.Value, request.Range == default ? null : options.Range).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 416)
        {
            return await OpenEmptyAsync(key, options.IfMatch, cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken) =>
        IsFlat ? DeleteCheckedAsync(key, ifMatch, cancellationToken) : DeleteFileAsync(key, ifMatch, cancellationToken);

    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken) =>
        IsFlat ? default : DeleteBlobAsync(key, null, cancellationToken);

    public override async ValueTask ProbeAsync(CancellationToken cancellationToken) =>
        await FirstPageAsync(container.GetBlobsAsync(cancellationToken: cancellationToken), null, 1, cancellationToken)
            .ConfigureAwait(false);

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) =>
        AzureErrors.Classify(exception);

    public override string NativePath(string key) => _root + key;

    public override string ToKey(string nativePath) =>
        nativePath.StartsWith(_root, StringComparison.Ordinal) ? nativePath[_root.Length..] : nativePath;

    public override T? Unwrap<T>()
        where T : class => container as T ?? this as T;

    private static BlobRequestConditions? Matching(string? ifMatch) =>
        ifMatch is null ? null : new BlobRequestConditions { IfMatch = TagOf(ifMatch) };

    private static ETag TagOf(string etag) => etag == WriteOptions.Any ? ETag.All : new ETag($"\"{etag}\"");

    private static InvalidPathException FolderAt(string key) => StorageErrors.IsFolder(key);

    /// <summary>The entry with exactly this name, and whether the container itself is missing.</summary>
    private async ValueTask<(DriverEntry? Entry, bool ContainerIsAbsent)> LookupAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var there = await PropertiesAsync(key, null, cancellationToken).ConfigureAwait(false);
            return (AzureCall.Read(() => AzureFiles.EntryOf(key, there)), false);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return (null, AzureErrors.CodeOf(e) == BlobErrorCode.ContainerNotFound);
        }
    }

    private async ValueTask<BlobProperties> PropertiesAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        var call = container.GetBlobClient(key).GetPropertiesAsync(Matching(ifMatch), cancellationToken);
        return (await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false)).Value;
    }

    private static async ValueTask<DriverRead> OpenedAsync(string key, BlobDownloadStreamingResult opened, ByteRange? asked)
    {
        try
        {
            return AzureCall.Read(() =>
                AzureMetadata.IsFolder(opened.Details.Metadata)
                    ? throw FolderAt(key)
                    : new DriverRead(
                        AzureFiles.FileOf(key, opened.Details, asked),
                        new AzureReadStream(opened.Content, opened.Details.ContentLength)
                    )
            );
        }
        catch
        {
            await opened.Content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>An empty range: the service has no such response, so the metadata of the file is read instead.</summary>
    private async ValueTask<DriverRead> OpenEmptyAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        var properties = await PropertiesAsync(key, ifMatch, cancellationToken).ConfigureAwait(false);
        return AzureCall.Read(() => AzureFiles.EntryOf(key, properties)).Entry is RemoteFileInfo file
            ? new DriverRead(file, Stream.Null)
            : throw FolderAt(key);
    }

    private async ValueTask DeleteBlobAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        var call = container.GetBlobClient(key).DeleteAsync(DeleteSnapshotsOption.None, Matching(ifMatch), cancellationToken);
        await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A condition on a missing blob is refused like one on another version: a read then distinguishes them.</summary>
    private async ValueTask DeleteCheckedAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteBlobAsync(key, ifMatch, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 412 && ifMatch is not null)
        {
            if ((await LookupAsync(key, cancellationToken).ConfigureAwait(false)).Entry is null)
                throw StorageErrors.NotFound(key, inner: e);
            throw;
        }
    }

    /// <summary>
    /// In a hierarchical namespace the call that deletes a file would also delete an empty folder: reads the entry
    /// first, then deletes exactly that version.
    /// </summary>
    private async ValueTask DeleteFileAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        for (var left = ReplacementTries; ; left--)
        {
            var properties = await PropertiesAsync(key, ifMatch, cancellationToken).ConfigureAwait(false);
            if (AzureFiles.EntryOf(key, properties).Entry is not RemoteFileInfo file)
                throw FolderAt(key);
            try
            {
                await DeleteBlobAsync(key, file.ETag, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RequestFailedException e)
                when (left > 1 && ifMatch is null or WriteOptions.Any && AzureErrors.Classify(e) is PreconditionFailedException)
            {
                // Any version was allowed, and another one now exists.
            }
        }
    }
}
