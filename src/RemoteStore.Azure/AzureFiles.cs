using Azure;
using Azure.Storage.Blobs.Models;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>Converts the metadata of a blob to that of a file.</summary>
internal static class AzureFiles
{
    internal const string DefaultContentType = "application/octet-stream";

    /// <summary>The content type for callers: the default of the service is reported as none.</summary>
    internal static string? TypeOf(string? contentType) => contentType == DefaultContentType ? null : contentType;

    internal static DriverEntry EntryOf(string key, BlobProperties blob) =>
        AzureMetadata.IsFolder(blob.Metadata)
            ? new DriverEntry(new RemoteFolderEntry(key))
            : new DriverEntry(
                new RemoteFileInfo(key, Size(blob.ContentLength))
                {
                    LastModified = Time(blob.LastModified),
                    ETag = Unquoted(blob.ETag),
                    Digest = Md5(blob.ContentHash),
                    ContentType = TypeOf(blob.ContentType),
                    Metadata = AzureMetadata.Decode(blob.Metadata),
                }
            );

    internal static DriverEntry EntryOf(BlobItem blob) =>
        AzureMetadata.IsFolder(blob.Metadata)
            ? new DriverEntry(new RemoteFolderEntry(blob.Name))
            : new DriverEntry(
                new RemoteFileInfo(blob.Name, Size(blob.Properties.ContentLength))
                {
                    LastModified = Time(blob.Properties.LastModified),
                    ETag = blob.Properties.ETag is { } etag ? Unquoted(etag) : null,
                    Digest = Md5(blob.Properties.ContentHash),
                    ContentType = TypeOf(blob.Properties.ContentType),
                    Metadata = AzureMetadata.Decode(blob.Metadata),
                }
            );

    internal static RemoteFileInfo FileOf(string key, BlobDownloadDetails blob, ByteRange? asked) =>
        new(key, ContentRanges.SizeOf(asked, blob.ContentRange, blob.ContentLength))
        {
            LastModified = Time(blob.LastModified),
            ETag = Unquoted(blob.ETag),
            Digest = Md5(blob.BlobContentHash ?? (string.IsNullOrEmpty(blob.ContentRange) ? blob.ContentHash : null)),
            ContentType = TypeOf(blob.ContentType),
            Metadata = AzureMetadata.Decode(blob.Metadata),
        };

    /// <summary>The version without quotes. Every response about a blob has one.</summary>
    internal static string Unquoted(ETag etag) =>
        etag.ToString().Trim('"') is var bare && ETags.IsValid(bare)
            ? bare
            : throw new MalformedResponseException("it has no ETag, or one that cannot be sent in a request");

    /// <summary>A reported time; a time before the Unix epoch is not valid and becomes null.</summary>
    internal static DateTimeOffset? Time(DateTimeOffset? time) => time > DateTimeOffset.UnixEpoch ? time : null;

    internal static HttpRange RangeOf(ByteRange? range)
    {
        if (range is not { } r || r == new ByteRange(0))
            return default;
        return new HttpRange(r.Offset, r.Length > long.MaxValue - r.Offset ? null : r.Length);
    }

    private static ContentDigest? Md5(byte[]? hash) =>
        hash is { Length: > 0 } ? new ContentDigest("md5", Convert.ToHexStringLower(hash)) : null;

    private static long Size(long? reported) =>
        reported is >= 0 and { } size ? size : throw new MalformedResponseException("it has no size");
}
