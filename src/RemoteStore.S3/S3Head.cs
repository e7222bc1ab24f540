using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>One version of an object, as its headers report.</summary>
/// <param name="Info">The file.</param>
/// <param name="ETag">The service's own ETag, without quotes.</param>
/// <param name="History">The writes behind it.</param>
/// <param name="DeletedUntil">
/// Of a version that only marks a deletion in flight: the second (Unix time by the service's clock) after which no delete can come any
/// longer.
/// </param>
/// <param name="Headers">The standard headers, which a copy keeps.</param>
internal sealed record S3Head(RemoteFileInfo Info, string ETag, S3History History, long? DeletedUntil, HeadersCollection Headers)
{
    private const string NoType = "binary/octet-stream";
    private const int Md5Length = 32;

    // Leaves room for the ids that the versions of callers have too.
    private const int MaxETagLength = ETags.MaxLength / 2;

    /// <summary>What an upload without a content type is given, which is what S3 itself gives it.</summary>
    internal static string TypeOrNone(string? contentType) => contentType ?? NoType;

    /// <summary>The version as callers see it.</summary>
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

    /// <summary>What a download reports, whose range was the one given.</summary>
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

    /// <summary>What the answer to a write reports.</summary>
    internal static RemoteFileInfo Written(string key, long size, string? etag, S3History history, bool isPlain) =>
        InfoOf(key, size, BareETag(etag), history, isPlain);

    /// <summary>The same with a bare ETag, which may be missing.</summary>
    internal static RemoteFileInfo InfoOf(string key, long size, string? bare, S3History history, bool isPlain) =>
        bare is null
            ? new RemoteFileInfo(key, size)
            : new RemoteFileInfo(key, size) { ETag = history.VersionOf(bare), Digest = DigestOf(bare, isPlain) };

    /// <summary>
    /// The bare ETag that a completion reports; null where it names the object only, as Ceph does. An answer that names neither is none.
    /// </summary>
    internal static string? CompletedETag(CompleteMultipartUploadResponse answer) =>
        string.IsNullOrEmpty(answer.ETag) && !string.IsNullOrEmpty(answer.Key) ? null : BareETag(answer.ETag);

    /// <summary>The service's ETag without its quotes. Every answer about an object has one.</summary>
    internal static string BareETag(string? etag)
    {
        var bare = S3Driver.Unquoted(etag ?? "");
        return bare.Length <= MaxETagLength && ETags.IsValid(bare)
            ? bare
            : throw new MalformedResponseException("it has no ETag, or one that no request could carry");
    }

    /// <summary>Whether the ETag of a single PUT is the MD5 of its bytes: not with keys of a key service or of the customer.</summary>
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
            : throw new MalformedResponseException("it reports no length");

    private static ContentDigest? DigestOf(string etag, bool isPlain) =>
        isPlain && etag.Length == Md5Length && etag.All(char.IsAsciiHexDigit) ? new ContentDigest("md5", etag) : null;
}
