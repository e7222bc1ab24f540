using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    public override async ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken)
    {
        if (await FindFileAsync(key, cancellationToken).ConfigureAwait(false) is { } file)
            return new DriverEntry(file);
        // A listing may repeat its prefix, so a prefix with such a name cannot be read.
        if (!PathRules.FitsXml(key))
            return null;
        try
        {
            return await IsFolderAsync(key, cancellationToken).ConfigureAwait(false) ? new DriverEntry(new RemoteFolderEntry(key)) : null;
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissingBucket(e))
        {
            return null;
        }
    }

    public override async ValueTask<RemoteFileInfo?> FindFileAsync(string key, CancellationToken cancellationToken) =>
        (await HeadAsync(key, cancellationToken).ConfigureAwait(false))?.Info;

    // Objects are never renamed, so the time of an object is the time of the last change at its key.
    internal override async ValueTask<VersionRecord?> FindRecordAsync(string key, Guid operation, CancellationToken cancellationToken)
    {
        await RecoverMoveAsync(operation, cancellationToken).ConfigureAwait(false);
        return await HeadAsync(key, cancellationToken).ConfigureAwait(false) is { } head
            ? new VersionRecord(head.Info, head.History.Own == S3History.Of(operation).Own ? head.Info : null, head.Info.LastModified)
            : null;
    }

    public override async ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        if (options.Range is { Length: 0 })
            return await OpenEmptyAsync(key, options, cancellationToken).ConfigureAwait(false);
        try
        {
            return await OpenObjectAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await OpenEmptyAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The object at a key of the backend; null if there is none, or if it is a tombstone.</summary>
    internal async Task<S3Head?> HeadAsync(string key, CancellationToken cancellationToken) =>
        await RawHeadAsync(key, ObjectKey(key), cancellationToken).ConfigureAwait(false) is { DeletedUntil: null } head ? head : null;

    internal async Task<S3Head?> RawHeadAsync(string key, string objectKey, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectMetadataRequest { BucketName = Bucket, Key = objectKey };
            return S3Head.Of(
                key,
                await Call(Client.GetObjectMetadataAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false)
            );
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissing(e))
        {
            return null;
        }
    }

    private static NotFoundException NothingAt(string key) => StorageErrors.NotFound(key);

    private static void Require(RemoteFileInfo info, string? ifMatch, string key, string backend)
    {
        if (Conditions.Failure(info, ifMatch, key, backend) is { } failure)
            throw failure;
    }

    private static Amazon.S3.Model.ByteRange? Native(ByteRange? range) =>
        range switch
        {
            null or { Offset: 0, Length: null } => null,
            { Length: { } length } r => new(string.Create(CultureInfo.InvariantCulture, $"bytes={r.Offset}-{End(r.Offset, length)}")),
            { } r => new(string.Create(CultureInfo.InvariantCulture, $"bytes={r.Offset}-")),
        };

    private static long End(long offset, long length) => offset > long.MaxValue - length ? long.MaxValue : offset + length - 1;

    // The condition is checked against the response itself: bytes and headers of one response belong to one version.
    private async Task<DriverRead> OpenObjectAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = Bucket,
            Key = ObjectKey(key),
            ByteRange = Native(options.Range),
        };
        var response = await Call(Client.GetObjectAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        try
        {
            var head = S3Head.Of(key, response, Native(options.Range) is null ? null : options.Range);
            if (head.DeletedUntil is not null)
                throw NothingAt(key);
            Require(head.Info, options.IfMatch, key, Name);
            return new DriverRead(head.Info, new S3ReadStream(response, _options.RequestTimeout));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<DriverRead> OpenEmptyAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(key, cancellationToken).ConfigureAwait(false) ?? throw NothingAt(key);
        Require(head.Info, options.IfMatch, key, Name);
        return new DriverRead(head.Info, Stream.Null);
    }

    private async Task<bool> IsFolderAsync(string key, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = Bucket,
            Prefix = ObjectKey(key) + "/",
            MaxKeys = 1,
            Encoding = EncodingType.Url,
        };
        var page = await PageAsync(request, null, cancellationToken).ConfigureAwait(false);
        return page.S3Objects is { Count: > 0 };
    }
}
