using Amazon.S3;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    public override async ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    ) =>
        new S3StagedWrite(
            this,
            key,
            options,
            PartSizeFor(sizeHint),
            await IsDirectAsync(options, sizeHint, cancellationToken).ConfigureAwait(false)
        );

    public override async ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        var staged = await ParseAsync(key, token, options, cancellationToken).ConfigureAwait(false);
        try
        {
            return staged.Upload is null
                ? await CommitObjectAsync(key, staged, options, cancellationToken).ConfigureAwait(false)
                : await CommitUploadAsync(key, staged, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is S3SourceChangedException || (e is AmazonS3Exception gone && S3Errors.IsNoUpload(gone)))
        {
            return await CommittedAsync(staged, options, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        var staged = S3StagedToken.Parse(token, key);
        if (staged.Upload is { } upload)
            await AbortAsync(ObjectKey(key), upload, cancellationToken).ConfigureAwait(false);
        else
            await DeleteObjectAsync(StagedKey(staged), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores bytes under a key of their own, with their final metadata.</summary>
    internal Task StageObjectAsync(string objectKey, S3Body body, WriteOptions options, CancellationToken cancellationToken)
    {
        var write = new S3ObjectWrite(objectKey, body, UserMetadata.From(options.Metadata), options.ContentType, S3ContentHeaders.None);
        return SendAsync("", write, default, S3History.New(), cancellationToken);
    }

    /// <summary>
    /// Whether the upload is created at the key itself, from which it cannot be moved later. Where the service ignores
    /// the condition of its completion, only content that certainly needs none is uploaded there: a write in one call
    /// (its length is known) that replaces any existing file.
    /// </summary>
    private async Task<bool> IsDirectAsync(WriteOptions options, long? sizeHint, CancellationToken cancellationToken)
    {
        if (sizeHint is not null && options is { Overwrite: true, IfMatch: null })
            return true;
        return (await _probe.TraitsAsync(cancellationToken).ConfigureAwait(false)).Complete;
    }

    private int PartSizeFor(long? sizeHint) =>
        (int)
            Math.Clamp(
                ((sizeHint ?? 0) + S3StagedToken.MaxParts - 1) / S3StagedToken.MaxParts,
                _options.PartSize,
                S3BackendOptions.MaxPartSize
            );

    private string StagedKey(S3StagedToken token) => StagedKey(token.Staged!.Value.ToString("N"));

    private async Task<S3StagedToken> ParseAsync(string key, string token, WriteOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return S3StagedToken.Parse(token, key);
        }
        catch (NotFoundException)
        {
            throw await MissingAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// For staged bytes that no longer exist: the result of an earlier commit of the same bytes, if it is the current version.
    /// </summary>
    private async Task<RemoteFileInfo> CommittedAsync(S3StagedToken staged, WriteOptions options, CancellationToken cancellationToken) =>
        staged.Write is { } write
        && await HeadAsync(staged.Key, cancellationToken).ConfigureAwait(false) is { } head
        && head.History.Own == write
            ? head.Info
            : throw await MissingAsync(staged.Key, options, cancellationToken).ConfigureAwait(false);

    // A failed condition of the commit is reported rather than the missing bytes.
    private async Task<RemoteStoreException> MissingAsync(string key, WriteOptions options, CancellationToken cancellationToken) =>
        Conditions.Failure(await FindFileAsync(key, cancellationToken).ConfigureAwait(false), options, key, Name)
        ?? S3StagedToken.Unknown(key);

    private async Task<RemoteFileInfo> CommitUploadAsync(
        string key,
        S3StagedToken staged,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        if (await DecisionAsync(key, options, cancellationToken).ConfigureAwait(false) is not { } traits)
            return await PublishAsync(staged, WriteOptions.Replace, S3ServiceFeatures.None, cancellationToken).ConfigureAwait(false);
        if (!traits.Complete)
        {
            throw new CapabilityNotSupportedException(
                Capability.Conditional,
                "The service ignores conditions of a multipart upload, and this upload was opened without a condition.",
                key
            );
        }

        return await PublishAsync(staged, options, traits, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Publishes a staged object: unconditionally by a copy inside the service, conditionally by a PUT, whose condition
    /// the service supports.
    /// </summary>
    private async Task<RemoteFileInfo> CommitObjectAsync(
        string key,
        S3StagedToken staged,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        var source = StagedKey(staged);
        var head =
            await RawHeadAsync(key, source, cancellationToken).ConfigureAwait(false)
            ?? throw await MissingAsync(key, options, cancellationToken).ConfigureAwait(false);
        var info = options is { Overwrite: true, IfMatch: null }
            ? await CopyObjectAsync(source, key, head, S3ServiceFeatures.None, cancellationToken, S3History.Of(options.OperationId))
                .ConfigureAwait(false)
            : await RelayAsync(source, key, head, options, cancellationToken).ConfigureAwait(false);
        await DeleteQuietlyAsync(source).ConfigureAwait(false);
        return info;
    }
}
