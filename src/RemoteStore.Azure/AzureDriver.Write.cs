using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

internal sealed partial class AzureDriver
{
    private const int ReplacementTries = 5;
    private readonly RecentTokens _ended = new();
    private readonly RecentTokens _made = new();

    /// <summary>
    /// One request, in which the service evaluates the conditions. A service may treat a blob that has only uncommitted
    /// blocks as existing; in that case a block list creates it.
    /// </summary>
    public override async ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions write,
        CancellationToken cancellationToken
    )
    {
        if (bytes.Length > options.PartSize)
            return null;
        try
        {
            return await OnExistingAsync(key, write, w => PutBlobAsync(key, bytes, w, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RemoteStoreException e) when (e.NativeCode == $"409 {BlobErrorCode.BlobAlreadyExists}" && !options.HierarchicalNamespace)
        {
            if (await FindFileAsync(key, cancellationToken).ConfigureAwait(false) is not null)
                throw;
            return null;
        }
    }

    public override ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions write,
        long? sizeHint,
        CancellationToken cancellationToken
    ) =>
        new(
            new AzureStagedWrite(
                container.GetBlockBlobClient(key),
                key,
                BlockSizes.For(options.PartSize, sizeHint),
                options.MaxConcurrency,
                _made.Add
            )
        );

    public override async ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions write,
        CancellationToken cancellationToken
    )
    {
        if (_ended.Contains(token) || !StagingToken.TryParse(token, key, out var staged))
            throw await StagedIsGoneAsync(key, write, null, cancellationToken).ConfigureAwait(false);
        if (!_made.Contains(token) && !await AreStagedAsync(key, staged, cancellationToken).ConfigureAwait(false))
            throw await StagedIsGoneAsync(key, write, null, cancellationToken).ConfigureAwait(false);
        var info = await OnExistingAsync(key, write, w => CommitAsync(key, staged, w, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        _ended.Add(token);
        return info;
    }

    /// <summary>
    /// Whether the service has the blocks of a token, which another instance created or which may be forged: as many,
    /// and of that total size.
    /// </summary>
    private async ValueTask<bool> AreStagedAsync(string key, StagingToken staged, CancellationToken cancellationToken)
    {
        if (staged.Blocks == 0)
            return true;
        try
        {
            var call = container.GetBlockBlobClient(key).GetBlockListAsync(BlockListTypes.All, cancellationToken: cancellationToken);
            var list = (await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false)).Value;
            var own = (list.CommittedBlocks ?? [])
                .Concat(list.UncommittedBlocks ?? [])
                .Where(b => StagingToken.IsOf(staged.Session, b.Name))
                .DistinctBy(b => b.Name)
                .ToList();
            return own.Count == staged.Blocks && own.Sum(b => b.SizeLong) == staged.Size;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <summary>
    /// The service keeps uncommitted blocks until another commit to the name, or for a week; they cost storage but are not visible.
    /// </summary>
    public override ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        _ended.Add(token);
        return default;
    }

    // Azure stores and verifies MD5: it protects against accidental damage, not against attackers.
#pragma warning disable CA5351
    private static byte[] Md5Of(ReadOnlySpan<byte> bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351

    private static BlobHttpHeaders HeadersOf(WriteOptions write, byte[] md5) =>
        new() { ContentHash = md5, ContentType = write.ContentType ?? AzureFiles.DefaultContentType };

    private static BlobRequestConditions? ConditionsOf(WriteOptions write) =>
        write switch
        {
            { IfMatch: { } etag } => Matching(etag),
            { Overwrite: true } => null,
            _ => new BlobRequestConditions { IfNoneMatch = ETag.All },
        };

    private static RemoteFileInfo Written(string key, long size, byte[] md5, WriteOptions write, BlobContentInfo blob) =>
        new(key, size)
        {
            LastModified = AzureFiles.Time(blob.LastModified),
            ETag = AzureFiles.Unquoted(blob.ETag),
            Digest = new ContentDigest("md5", Convert.ToHexStringLower(md5)),
            ContentType = AzureFiles.TypeOf(write.ContentType),
            Metadata = UserMetadata.From(write.Metadata),
        };

    /// <summary>
    /// If the change that removed the blocks also violates a condition, the condition is reported, because the caller requested it.
    /// </summary>
    private async ValueTask<RemoteStoreException> StagedIsGoneAsync(
        string key,
        WriteOptions write,
        Exception? cause,
        CancellationToken cancellationToken
    ) =>
        Conditions.Failure(await FindFileAsync(key, cancellationToken).ConfigureAwait(false), write, key, Name)
        ?? StorageErrors.NotStaged(key, null, cause);

    private async ValueTask<RemoteFileInfo> PutBlobAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions write,
        CancellationToken cancellationToken
    )
    {
        var md5 = Md5Of(bytes.Span);
        var request = new BlobUploadOptions
        {
            HttpHeaders = HeadersOf(write, md5),
            Metadata = AzureMetadata.Encode(write.Metadata, write.OperationId),
            Conditions = ConditionsOf(write),
            TransferOptions = new StorageTransferOptions
            {
                InitialTransferSize = int.MaxValue,
                MaximumTransferSize = int.MaxValue,
                MaximumConcurrency = 1,
            },
        };
        try
        {
            using var content = BinaryData.FromBytes(bytes).ToStream();
            var call = container.GetBlockBlobClient(key).UploadAsync(content, request, cancellationToken);
            return Written(key, bytes.Length, md5, write, (await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false)).Value);
        }
        catch (RequestFailedException e) when (AzureErrors.OfConditions(e, write, key) is { } refused)
        {
            throw refused;
        }
    }

    /// <summary>
    /// Replaces the condition "any version" by the current version: the service treats <c>If-Match: *</c> as no
    /// condition when no blob exists. A version that is replaced concurrently is read again.
    /// </summary>
    private async ValueTask<RemoteFileInfo> OnExistingAsync(
        string key,
        WriteOptions write,
        Func<WriteOptions, ValueTask<RemoteFileInfo>> commit,
        CancellationToken cancellationToken
    )
    {
        for (var left = ReplacementTries; write.IfMatch == WriteOptions.Any; left--)
        {
            var there = await FindFileAsync(key, cancellationToken).ConfigureAwait(false);
            if (Conditions.Failure(there, write, key, Name) is { } failure)
                throw failure;
            try
            {
                return await commit(write with { IfMatch = there!.ETag }).ConfigureAwait(false);
            }
            catch (PreconditionFailedException) when (left > 1)
            {
                // Any version was allowed, and another one now exists.
            }
        }

        return await commit(write).ConfigureAwait(false);
    }

    private async ValueTask<RemoteFileInfo> CommitAsync(
        string key,
        StagingToken staged,
        WriteOptions write,
        CancellationToken cancellationToken
    )
    {
        var md5 = Convert.FromHexString(staged.Md5);
        var request = new CommitBlockListOptions
        {
            HttpHeaders = HeadersOf(write, md5),
            Metadata = AzureMetadata.Encode(write.Metadata, write.OperationId ?? staged.Operation),
            Conditions = ConditionsOf(write),
        };
        var blob = container.GetBlockBlobClient(key);
        try
        {
            var call = blob.CommitBlockListAsync(staged.BlockIds, request, cancellationToken);
            return Written(key, staged.Size, md5, write, (await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false)).Value);
        }
        catch (RequestFailedException e) when (AzureErrors.OfConditions(e, write, key) is not null)
        {
            if (
                await CommittedBeforeAsync(blob, staged, write.OperationId ?? staged.Operation, cancellationToken).ConfigureAwait(false) is
                { } version
            )
                return Written(key, staged.Size, md5, write, version);
            throw AzureErrors.OfConditions(e, write, key)!;
        }
        catch (RequestFailedException e) when (AzureErrors.CodeOf(e) == BlobErrorCode.InvalidBlockList)
        {
            throw await StagedIsGoneAsync(key, write, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether the version that refuses the commit is the result of this very commit, whose response was lost: it has
    /// our blocks, whose ids are unique, or it is empty and names our operation.
    /// </summary>
    private async ValueTask<BlobContentInfo?> CommittedBeforeAsync(
        BlockBlobClient blob,
        StagingToken staged,
        Guid? operation,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return staged.Blocks > 0
                ? await BlocksAreThereAsync(blob, staged, cancellationToken).ConfigureAwait(false)
                : await IsThereAsync(blob, operation!.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409)
        {
            // No blob exists, or one of another type. Any other failure leaves the question open.
            return null;
        }
    }

    private static async ValueTask<BlobContentInfo?> BlocksAreThereAsync(
        BlockBlobClient blob,
        StagingToken staged,
        CancellationToken cancellationToken
    )
    {
        var call = blob.GetBlockListAsync(BlockListTypes.Committed, cancellationToken: cancellationToken);
        var answer = await AzureCall.Timed(call, cancellationToken).ConfigureAwait(false);
        var headers = answer.GetRawResponse().Headers;
        return
            (answer.Value.CommittedBlocks ?? []).Select(b => b.Name).SequenceEqual(staged.BlockIds)
            && headers.ETag is { } etag
            && headers.TryGetValue("Last-Modified", out var time)
            ? Version(etag, DateTimeOffset.Parse(time!, System.Globalization.CultureInfo.InvariantCulture))
            : null;
    }

    private async ValueTask<BlobContentInfo?> IsThereAsync(BlockBlobClient blob, Guid operation, CancellationToken cancellationToken)
    {
        var there = await PropertiesAsync(blob.Name, null, cancellationToken).ConfigureAwait(false);
        return AzureMetadata.IsMadeBy(there.Metadata, operation) ? Version(there.ETag, there.LastModified) : null;
    }

    private static BlobContentInfo Version(ETag etag, DateTimeOffset modified) =>
        BlobsModelFactory.BlobContentInfo(etag, modified, null, null, null, null, 0);
}
