using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>One version of an object, from its headers.</summary>
/// <param name="Info">The file.</param>
/// <param name="ETag">The ETag of the service, without quotes.</param>
/// <param name="History">The writes that led to the version.</param>
/// <param name="DeletedUntil">For a tombstone: the second (Unix time by the service's clock) after which its delete
/// can no longer arrive.</param>
/// <param name="Headers">The standard headers, which a copy keeps.</param>
internal sealed record S3Head(RemoteFileInfo Info, string ETag, S3History History, long? DeletedUntil, HeadersCollection Headers)
{
    private const string NoType = "binary/octet-stream";
    private const int Md5Length = 32;

    // Leaves space for the write ids in the versions of callers.
    private const int MaxETagLength = ETags.MaxLength / 2;

    /// <summary>The content type of an upload that specifies none, which is the default of S3 itself.</summary>
    internal static string TypeOrNone(string? contentType) => contentType ?? NoType;

    /// <summary>The version for callers.</summary>
    internal string Version => Info.ETag!;

    internal static S3Head Of(string key, GetObjectMetadataResponse r) =>
        Of(
            key,
            SizeOf(r.Headers, null, null, r.ContentLength),
            r.LastModified,
            r.ETag,
            r.Metadata,
            r.Headers,
            IsPlain(r.ServerSideEncryptionMethod?.Value, r.ServerSideEncryptionCustomerMethod?.Value)
        );

    /// <summary>The version from the response to a download of the given range.</summary>
    internal static S3Head Of(string key, GetObjectResponse r, ByteRange? asked) =>
        Of(
            key,
            SizeOf(r.Headers, asked, r.ContentRange, r.ContentLength),
            r.LastModified,
            r.ETag,
            r.Metadata,
            r.Headers,
            IsPlain(r.ServerSideEncryptionMethod?.Value, r.ServerSideEncryptionCustomerMethod?.Value)
        );

    /// <summary>The file from the response to a write.</summary>
    internal static RemoteFileInfo Written(string key, long size, string? etag, S3History history, bool isPlain) =>
        InfoOf(key, size, BareETag(etag), history, isPlain);

    /// <summary>The same with an unquoted ETag, which may be missing.</summary>
    internal static RemoteFileInfo InfoOf(string key, long size, string? bare, S3History history, bool isPlain) =>
        bare is null
            ? new RemoteFileInfo(key, size)
            : new RemoteFileInfo(key, size) { ETag = history.VersionOf(bare), Digest = DigestOf(bare, isPlain) };

    /// <summary>
    /// The unquoted ETag in the response to a completion; null if the response only contains the object, as with Ceph.
    /// A response with neither is malformed.
    /// </summary>
    internal static string? CompletedETag(CompleteMultipartUploadResponse answer) =>
        string.IsNullOrEmpty(answer.ETag) && !string.IsNullOrEmpty(answer.Key) ? null : BareETag(answer.ETag);

    /// <summary>The ETag of the service without quotes. Every response about an object has one.</summary>
    internal static string BareETag(string? etag)
    {
        var bare = S3Driver.Unquoted(etag ?? "");
        return bare.Length <= MaxETagLength && ETags.IsValid(bare)
            ? bare
            : throw new MalformedResponseException("it has no ETag, or one that cannot be sent in a request");
    }

    /// <summary>
    /// Whether the ETag of a single PUT is the MD5 of its bytes: not if it is encrypted with keys of a key service or of the customer.
    /// </summary>
    internal static bool IsPlain(string? encryption, string? customerEncryption) =>
        encryption is null or "" or "AES256" && customerEncryption is null or "";

    private static S3Head Of(
        string key,
        long size,
        DateTime? modified,
        string? etag,
        MetadataCollection metadata,
        HeadersCollection headers,
        bool isPlain
    )
    {
        var (user, history, deletedUntil) = S3Metadata.Read(metadata);
        var bare = BareETag(etag);
        var info = new RemoteFileInfo(key, size)
        {
            LastModified = S3Time.Of(modified),
            ETag = history.VersionOf(bare),
            Digest = DigestOf(bare, isPlain),
            ContentType = headers.ContentType is null or NoType ? null : headers.ContentType,
            Metadata = user,
        };
        return new S3Head(info, bare, history, deletedUntil, headers);
    }

    private static long SizeOf(HeadersCollection headers, ByteRange? asked, string? contentRange, long length) =>
        headers.Keys.Contains("Content-Length")
            ? ContentRanges.SizeOf(asked, contentRange, length)
            : throw new MalformedResponseException("it has no length");

    private static ContentDigest? DigestOf(string etag, bool isPlain) =>
        isPlain && etag.Length == Md5Length && etag.All(char.IsAsciiHexDigit) ? new ContentDigest("md5", etag) : null;
}
