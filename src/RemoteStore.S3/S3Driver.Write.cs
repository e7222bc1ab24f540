using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Amazon.S3.Model;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private const int FirstPauseMilliseconds = 25;
    private const int MaxPauseDoublings = 7;

    public override async ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        if (bytes.Length > _options.PartSize)
            return null;
        return await StoreAsync(key, S3Body.Of(bytes), options, S3ContentHeaders.None, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes an object with one PUT, with any conditions.</summary>
    internal async Task<RemoteFileInfo> StoreAsync(
        string key,
        S3Body body,
        WriteOptions options,
        S3ContentHeaders copied,
        CancellationToken cancellationToken
    )
    {
        var own = S3History.Of(options.OperationId);
        var write = new S3ObjectWrite(ObjectKey(key), body, UserMetadata.From(options.Metadata), options.ContentType, copied);
        if (await DecisionAsync(key, options, cancellationToken).ConfigureAwait(false) is not { } traits)
            return await SendAsync(key, write, default, own, cancellationToken).ConfigureAwait(false);
        var conditional = new S3ConditionalWrite(this, key, body.Length, options, own, traits);
        return await conditional
            .RunAsync((c, h) => SendAsync(key, write, c, h, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// The supported conditions, if the service must decide this write. Null when there is nothing to decide, or, where
    /// the service cannot decide, when a read has shown that no condition is violated.
    /// </summary>
    internal async Task<S3ServiceFeatures?> DecisionAsync(string key, WriteOptions options, CancellationToken cancellationToken)
    {
        if (options is { Overwrite: true, IfMatch: null })
            return null;
        var traits = await _probe.TraitsAsync(cancellationToken).ConfigureAwait(false);
        if (traits.Put)
            return traits;
        RequireConditions(key, options.IfMatch is null ? Capability.None : Capability.Conditional);
        RequireConditions(key, options.IfNoneMatch is null ? Capability.None : Capability.CreateOnly);
        if (Conditions.Failure(await FindFileAsync(key, cancellationToken).ConfigureAwait(false), options, key, Name) is { } failure)
            throw failure;
        return null;
    }

    internal PutObjectRequest PutRequest(string objectKey, Stream body) =>
        new()
        {
            BucketName = Bucket,
            Key = objectKey,
            InputStream = body,
            UseChunkEncoding = false,
            DisablePayloadSigning = IsEncryptedTransport ? true : null,
            ContentType = S3Head.TypeOrNone(null),
        };

    /// <summary>
    /// Waits before the next attempt: 25 ms, doubled each time up to 3.2 s, plus a random delay of up to the same length.
    /// </summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads attempts, nothing secret.")]
    internal Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var pause = FirstPauseMilliseconds << Math.Min(failures, MaxPauseDoublings);
        return Task.Delay(TimeSpan.FromMilliseconds(pause + Random.Shared.Next(pause)), _clock, cancellationToken);
    }

    private bool IsEncryptedTransport => _options.Endpoint is null or { Scheme: "https" };

    private void RequireConditions(string key, Capability needed) => Capabilities.Require(needed, key, Name);

    private async Task<RemoteFileInfo> SendAsync(
        string key,
        S3ObjectWrite write,
        S3Condition condition,
        S3History history,
        CancellationToken cancellationToken
    )
    {
        var stream = await write.Body.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var request = PutRequest(write.ObjectKey, stream);
            write.Fill(request, history);
            (request.IfMatch, request.IfNoneMatch) = (condition.IfMatch, condition.IfNoneMatch);
            if (!stream.CanSeek)
                (request.UseChunkEncoding, request.Headers.ContentLength) = (!IsEncryptedTransport, write.Body.Length);
            else if (_options.SendMd5)
                request.MD5Digest = await Md5Async(stream, cancellationToken).ConfigureAwait(false);
            // An unconditional request may be retried unchanged; a conditional one may not, nor may one whose content cannot be read again.
            var client = condition == default && stream.CanSeek ? Client : Once;
            var answer = await Call(client.PutObjectAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
            return S3Head.Written(
                key,
                write.Body.Length,
                answer.ETag,
                history,
                S3Head.IsPlain(answer.ServerSideEncryptionMethod?.Value, answer.ServerSideEncryptionCustomerMethod?.Value)
            );
        }
    }

    [SuppressMessage("Security", "CA5351", Justification = "Defined by the protocol; it detects damage, not malice.")]
    private static async Task<string> Md5Async(Stream stream, CancellationToken cancellationToken)
    {
        var hash = await MD5.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
        stream.Position = 0;
        return Convert.ToBase64String(hash);
    }
}
