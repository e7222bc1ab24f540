using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    internal async Task<string> InitiateAsync(
        string objectKey,
        UserMetadata? user,
        string? contentType,
        S3History history,
        CancellationToken cancellationToken
    )
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = Bucket,
            Key = objectKey,
            ContentType = S3Head.TypeOrNone(contentType),
        };
        if (history != default)
            S3Metadata.Write(request.Metadata, user, history);
        var answer = await Call(Client.InitiateMultipartUploadAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(answer.UploadId) ? throw new MalformedResponseException("it contains no upload id") : answer.UploadId;
    }

    /// <summary>Uploads a part and returns its ETag.</summary>
    internal async Task<string> UploadPartAsync(
        string objectKey,
        string upload,
        int number,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken
    )
    {
        var stream = S3Body.StreamOf(bytes);
        await using (stream.ConfigureAwait(false))
        {
            var request = new UploadPartRequest
            {
                BucketName = Bucket,
                Key = objectKey,
                UploadId = upload,
                PartNumber = number,
                PartSize = bytes.Length,
                InputStream = stream,
                UseChunkEncoding = false,
                DisablePayloadSigning = IsEncryptedTransport ? true : null,
                MD5Digest = _options.SendMd5 ? await Md5Async(stream, cancellationToken).ConfigureAwait(false) : null,
            };
            return Quoted((await Call(Client.UploadPartAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false)).ETag);
        }
    }

    internal CompleteMultipartUploadRequest CompleteRequest(
        string objectKey,
        string upload,
        IReadOnlyList<string> parts,
        Action<CompleteMultipartUploadRequest>? with = null
    )
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = Bucket,
            Key = objectKey,
            UploadId = upload,
            PartETags = [.. parts.Select((etag, i) => new PartETag(i + 1, etag))],
        };
        with?.Invoke(request);
        return request;
    }

    /// <summary>
    /// Completes a staged object from an upload. The key is unique to the upload, so an existing object there is its own.
    /// </summary>
    internal async Task CompleteStagedAsync(
        string objectKey,
        string upload,
        IReadOnlyList<string> parts,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var request = CompleteRequest(objectKey, upload, parts);
            S3Head.CompletedETag(
                await Call(Client.CompleteMultipartUploadAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false)
            );
        }
        catch (AmazonS3Exception e) when (S3Errors.IsNoUpload(e))
        {
            if (await RawHeadAsync("", objectKey, cancellationToken).ConfigureAwait(false) is null)
                throw new BackendUnavailableException("The upload was aborted while its content was being staged.")
                {
                    NativeCode = e.ErrorCode,
                };
        }
    }

    /// <summary>Publishes an upload at its key, even if responses are lost.</summary>
    private Task<RemoteFileInfo> PublishAsync(
        S3StagedToken staged,
        WriteOptions options,
        S3ServiceFeatures traits,
        CancellationToken cancellationToken
    )
    {
        var own = new S3History(staged.Write!);
        var completion = new S3ConditionalWrite(this, staged.Key, staged.Size, options, own, traits) { IsCompletion = true };
        return completion.RunAsync(
            async (condition, _) =>
            {
                var request = CompleteRequest(
                    ObjectKey(staged.Key),
                    staged.Upload!,
                    staged.Parts!,
                    r => (r.IfMatch, r.IfNoneMatch) = (condition.IfMatch, condition.IfNoneMatch)
                );
                var answer = await Call(Once.CompleteMultipartUploadAsync(request, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
                return S3Head.InfoOf(staged.Key, staged.Size, S3Head.CompletedETag(answer), own, isPlain: true);
            },
            cancellationToken
        );
    }

    /// <summary>The ETag of a part, in the format of completions.</summary>
    private static string Quoted(string? etag) => $"\"{S3Head.BareETag(etag)}\"";

    /// <summary>Aborts an upload; an upload that no longer exists is ignored.</summary>
    internal async Task AbortAsync(string objectKey, string upload, CancellationToken cancellationToken)
    {
        try
        {
            var request = new AbortMultipartUploadRequest
            {
                BucketName = Bucket,
                Key = objectKey,
                UploadId = upload,
            };
            await Call(Client.AbortMultipartUploadAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissing(e))
        {
            // It no longer exists.
        }
    }

    /// <summary>Aborts an upload after a failure; an upload that remains is cleaned up later.</summary>
    internal Task AbortQuietlyAsync(string objectKey, string upload) =>
        QuietlyAsync(() => AbortAsync(objectKey, upload, CancellationToken.None));

    internal Task DeleteQuietlyAsync(string objectKey) =>
        QuietlyAsync(() =>
            Client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = objectKey }, CancellationToken.None)
        );

    private static async Task QuietlyAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The relevant outcome is known; leftovers are cleaned up later.
        }
    }
}
