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
                // Changed since the lookup: the next look decides by the caller's condition.
            }
        }

        throw new BackendUnavailableException("Others write here all the time: nothing was deleted.", key);
    }

    /// <summary>The folder is a prefix: there is nothing to delete but what lies below.</summary>
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
    /// <exception cref="PreconditionFailedException">Another version exists there.</exception>
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

    /// <summary>
    /// Deletes objects: all that one request can name with it, the others one by one. A failure keeps none of the others.
    /// </summary>
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
            throw new RemoteStoreException("A request cannot name one of the objects: delete it with another tool.");
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
                : throw new MalformedResponseException("it does not say of each object that it was deleted");
        }
        catch (DeleteObjectsException e)
        {
            throw Partly(e);
        }
    }

    private static RemoteStoreException Partly(DeleteObjectsException e) =>
        e.Response?.DeleteErrors?.FirstOrDefault()?.Code switch
        {
            "AccessDenied" => new PermissionDeniedException("The service denies the deletion of some files.")
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

    // After a lost answer: a version that others have replaced was not deleted by us; of one that is not among those behind what exists
    // there nobody can determine.
    private async Task<bool> WasDeletedAsync(string key, S3Head version, CancellationToken cancellationToken)
    {
        if (await HeadAsync(key, cancellationToken).ConfigureAwait(false) is not { } head)
            return true;
        return head.Info.ETag == version.Info.ETag || head.History.Contains(version.History.Own) ? false : throw S3Errors.Unknown(key);
    }

    /// <summary>
    /// Deletes where the service would ignore the condition. A PUT that it does honour replaces the version by a mark: that is the
    /// decision, and a stale deleter fails there. Then one DELETE removes the mark. It was signed before the mark was set, with the life of
    /// half a minute that the mark reports, and is sent at most once: so a deleter that is stopped in between cannot remove what others
    /// create after that. Of several attempts each has a signature of its own, and only that of the present mark may be used: creators wait
    /// no longer.
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

    // After a lost answer: which attempt's mark it is that exists there, if none has given way yet.
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

    // On a connection of its own: a pooled one that breaks would make the client send the request again.
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
