using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private const int MaxDeleteTurns = 8;
    private static readonly TimeSpan DeleteLifetime = TimeSpan.FromSeconds(30);
    private HttpClient? _sender;

    public override async ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < MaxDeleteTurns; turn++)
        {
            var head = await HeadAsync(key, cancellationToken).ConfigureAwait(false) ?? throw NothingAt(key);
            Require(head.Info, ifMatch, key, Name);
            if (ifMatch is null)
            {
                await DeleteObjectAsync(ObjectKey(key), cancellationToken).ConfigureAwait(false);
                return;
            }

            try
            {
                await DeleteVersionAsync(key, head, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PreconditionFailedException)
            {
                // Changed since it was read: the next read is checked against the caller's condition.
            }
        }

        throw new BackendUnavailableException(
            "Gave up after too many attempts: the object is being modified concurrently; nothing was deleted.",
            key
        );
    }

    /// <summary>A folder is a prefix: there is nothing to delete except its contents.</summary>
    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken) => default;

    public override async ValueTask<bool> DeleteTreeAsync(string folder, CancellationToken cancellationToken)
    {
        var failures = new DeferredFailure(S3Errors.IsOfService);
        await foreach (var page in PagesAsync(ObjectKey(folder) + "/", cancellationToken).ConfigureAwait(false))
            await DeleteObjectsAsync(page, failures, cancellationToken).ConfigureAwait(false);
        failures.ThrowIfAny();
        return true;
    }

    /// <summary>Deletes one version, and no other.</summary>
    /// <exception cref="PreconditionFailedException">Another version exists.</exception>
    internal async Task DeleteVersionAsync(string key, S3Head version, CancellationToken cancellationToken)
    {
        var traits = await _probe.TraitsAsync(cancellationToken).ConfigureAwait(false);
        RequireConditions(key, Capability.Conditional);
        if (traits.Delete)
            await DeleteIfMatchAsync(key, version, traits, cancellationToken).ConfigureAwait(false);
        else
            await DeleteMarkedAsync(key, version, traits, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeleteObjectAsync(string objectKey, CancellationToken cancellationToken) =>
        await Call(
                Client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = objectKey }, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Deletes objects: with one request as far as possible, the others one by one. A failure does not stop the others.</summary>
    private async Task DeleteObjectsAsync(List<S3Object> objects, DeferredFailure failures, CancellationToken cancellationToken)
    {
        var together = objects.Select(o => o.Key).Where(S3Names.FitsXml).ToList();
        if (together.Count > 0)
            await failures.TryAsync(() => DeleteBatchAsync(together, cancellationToken)).ConfigureAwait(false);
        foreach (var key in objects.Select(o => o.Key).Where(k => !S3Names.FitsXml(k)))
            await failures.TryAsync(() => DeleteOddAsync(key, cancellationToken)).ConfigureAwait(false);
    }

    private async ValueTask<bool> DeleteOddAsync(string objectKey, CancellationToken cancellationToken)
    {
        if (!S3Names.FitsAddress(objectKey))
            throw new RemoteStoreException("The name of an object cannot be sent in a request. Delete it with another tool.");
        await DeleteObjectAsync(objectKey, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<bool> DeleteBatchAsync(List<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            var request = new DeleteObjectsRequest { BucketName = Bucket, Objects = [.. keys.Select(k => new KeyVersion { Key = k })] };
            var answer = await Call(Client.DeleteObjectsAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
            return keys.ToHashSet(StringComparer.Ordinal).SetEquals((answer.DeletedObjects ?? []).Select(d => d.Key))
                ? true
                : throw new MalformedResponseException("it does not confirm the deletion of each object");
        }
        catch (DeleteObjectsException e)
        {
            throw Partly(e);
        }
    }

    private static RemoteStoreException Partly(DeleteObjectsException e) =>
        e.Response?.DeleteErrors?.FirstOrDefault()?.Code switch
        {
            "AccessDenied" => new PermissionDeniedException("The service denied the deletion of some files.")
            {
                NativeCode = "AccessDenied",
            },
            "InternalError" or "SlowDown" or "ServiceUnavailable" => new BackendUnavailableException(
                "The service could not delete some files."
            ),
            var code => new RemoteStoreException("The service did not delete some files.") { NativeCode = code },
        };

    private async Task DeleteIfMatchAsync(string key, S3Head version, S3ServiceFeatures traits, CancellationToken cancellationToken)
    {
        var ambiguous = false;
        for (var failures = 0; ; failures++)
        {
            try
            {
                var request = new DeleteObjectRequest
                {
                    BucketName = Bucket,
                    Key = ObjectKey(key),
                    IfMatch = traits.IfMatch(version.ETag),
                };
                await Call(Once.DeleteObjectAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (AmazonS3Exception e) when (S3Errors.IsRefused(e) || (S3Errors.IsMissing(e) && !S3Errors.IsMissingBucket(e)))
            {
                if (ambiguous && await WasDeletedAsync(key, version, cancellationToken).ConfigureAwait(false))
                    return;
                throw new PreconditionFailedException("Another version exists at the path.", key, Name);
            }
            catch (Exception e)
                when (failures < _options.MaxRetries && (S3Errors.IsPassing(e) || (e is AmazonS3Exception s && S3Errors.IsConflict(s))))
            {
                ambiguous |= S3Errors.MayHaveHappened(e);
                await PauseAsync(failures, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // After a lost response: a version that others have replaced was not deleted by this call. If the history of the
    // current object does not contain the version, the outcome is unknown.
    private async Task<bool> WasDeletedAsync(string key, S3Head version, CancellationToken cancellationToken)
    {
        if (await HeadAsync(key, cancellationToken).ConfigureAwait(false) is not { } head)
            return true;
        return head.Info.ETag == version.Info.ETag || head.History.Contains(version.History.Own) ? false : throw S3Errors.Unknown(key);
    }

    /// <summary>
    /// Deletes where the service ignores the condition of a DELETE. A conditional PUT replaces the version by a
    /// tombstone: this decides, and a stale deleter fails here. Then one DELETE removes the tombstone. The DELETE was
    /// signed before the tombstone was written, is valid for the half minute that the tombstone states, and is sent at
    /// most once, so a deleter that is frozen in between cannot remove objects created later. Each attempt has its own
    /// signature, and only the one of the existing tombstone may be used: creators wait no longer than that.
    /// </summary>
    private async Task DeleteMarkedAsync(string key, S3Head version, S3ServiceFeatures traits, CancellationToken cancellationToken)
    {
        var own = S3History.New();
        var signed = new Dictionary<long, string>();
        long? until = null;
        var conditional = new S3ConditionalWrite(this, key, S3Tombstone.Size, WriteOptions.Matching(version.Version), own, traits);
        await conditional
            .RunAsync(
                async (condition, history) =>
                {
                    var (url, end) = await SignDeleteAsync(key).ConfigureAwait(false);
                    signed[end] = url;
                    var mark = new S3ObjectWrite(ObjectKey(key), S3Body.Of(S3Tombstone.Bytes(own)), null, null, S3ContentHeaders.None)
                    {
                        DeletedUntil = end,
                    };
                    var info = await SendAsync(key, mark, condition, history, cancellationToken).ConfigureAwait(false);
                    until = end;
                    return info;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await QuietlyAsync(async () =>
            {
                until ??= await MarkedUntilAsync(key, own).ConfigureAwait(false);
                if (until is { } end && signed.TryGetValue(end, out var url))
                    await SendDeleteAsync(url).ConfigureAwait(false);
            })
            .ConfigureAwait(false);
    }

    // After a lost response: the attempt whose tombstone exists, if it has not been replaced yet.
    private async Task<long?> MarkedUntilAsync(string key, S3History own) =>
        await RawHeadAsync(key, ObjectKey(key), CancellationToken.None).ConfigureAwait(false) is { } head && head.History.Own == own.Own
            ? head.DeletedUntil
            : null;

    private async Task<(string Url, long Until)> SignDeleteAsync(string key)
    {
        var url = await Client
            .GetPreSignedURLAsync(
                new GetPreSignedUrlRequest
                {
                    BucketName = Bucket,
                    Key = ObjectKey(key),
                    Verb = HttpVerb.DELETE,
                    Protocol = IsEncryptedTransport ? Protocol.HTTPS : Protocol.HTTP,
                    Expires = _clock.GetUtcNow().UtcDateTime + DeleteLifetime,
                }
            )
            .ConfigureAwait(false);
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(url).Query);
        var signedAt = DateTimeOffset.ParseExact(
            query["X-Amz-Date"]!,
            "yyyyMMdd'T'HHmmss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );
        return (url, signedAt.ToUnixTimeSeconds() + long.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture) + 1);
    }

    // On a connection of its own: on a pooled connection that fails, the client would resend the request.
    private async Task SendDeleteAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        request.Headers.ConnectionClose = true;
        using var answer = await Sender().SendAsync(request).ConfigureAwait(false);
    }

    private HttpClient Sender() =>
        LazyInitializer.EnsureInitialized(
            ref _sender,
            () =>
                new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero })
                {
                    Timeout = DeleteLifetime,
                }
        );
}
