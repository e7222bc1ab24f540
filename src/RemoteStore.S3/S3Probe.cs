using Amazon.S3;
using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>
/// Detects once which conditions the service supports, on a key of its own. A failed probe is retried by the next caller.
/// </summary>
internal sealed class S3Probe(S3Driver driver, S3ConditionSupport believed) : IDisposable
{
    private const string NoSuchETag = "00000000000000000000000000000000";
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile S3ServiceFeatures? _traits = believed switch
    {
        S3ConditionSupport.Trusted => S3ServiceFeatures.All,
        S3ConditionSupport.Unsupported => S3ServiceFeatures.None,
        _ => null,
    };

    /// <summary>The detected conditions; null before the probe.</summary>
    internal S3ServiceFeatures? Known => _traits;

    public void Dispose() => _turn.Dispose();

    internal async ValueTask<S3ServiceFeatures> TraitsAsync(CancellationToken cancellationToken)
    {
        if (_traits is { } known)
            return known;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _traits ??= await RunAsync(driver.ProbeKey(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<S3ServiceFeatures> RunAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            // Of two creations of one key exactly one fails. The response to the first is not conclusive: it may be a
            // retry of its own success.
            await RefusesAsync(PutAsync(key, r => r.IfNoneMatch = "*", cancellationToken)).ConfigureAwait(false);
            if (
                !await RefusesAsync(PutAsync(key, r => r.IfNoneMatch = "*", cancellationToken)).ConfigureAwait(false)
                || !await RefusesAsync(PutAsync(key, r => r.IfMatch = NoSuchETag, cancellationToken)).ConfigureAwait(false)
            )
                return S3ServiceFeatures.None;
            return await RefineAsync(key, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await driver.DeleteQuietlyAsync(key).ConfigureAwait(false);
            await driver.DeleteQuietlyAsync(key + "c").ConfigureAwait(false);
        }
    }

    private async Task<S3ServiceFeatures> RefineAsync(string key, CancellationToken cancellationToken)
    {
        var etag = S3Head.BareETag((await PutAsync(key, null, cancellationToken).ConfigureAwait(false)).ETag);
        var quoted = !await RefusesAsync(PutAsync(key, r => r.IfMatch = $"\"{etag}\"", cancellationToken)).ConfigureAwait(false);
        if (!quoted && await RefusesAsync(PutAsync(key, r => r.IfMatch = etag, cancellationToken)).ConfigureAwait(false))
            return S3ServiceFeatures.None;
        await PutAsync(key + "c", null, cancellationToken).ConfigureAwait(false);
        return new S3ServiceFeatures
        {
            Put = true,
            QuotedETags = quoted,
            Complete = await RefusesAsync(CompleteAsync(key, cancellationToken)).ConfigureAwait(false),
            CopySource =
                await RefusesAsync(CopyAsync(key, key + "c", r => r.ETagToMatch = NoSuchETag, cancellationToken)).ConfigureAwait(false)
                    ? S3CopySource.Standard
                : await RefusesAsync(CopyAsync(key, key + "c", r => r.Headers[S3Driver.CephCopyIfMatch] = NoSuchETag, cancellationToken))
                    .ConfigureAwait(false)
                    ? S3CopySource.Ceph
                : S3CopySource.Ignored,
            CopyTarget = await RefusesAsync(CopyAsync(key, key + "c", r => r.IfNoneMatch = "*", cancellationToken)).ConfigureAwait(false),
            Delete = await RefusesAsync(
                    S3Driver.Call(
                        driver.Client.DeleteObjectAsync(
                            new DeleteObjectRequest
                            {
                                BucketName = driver.Bucket,
                                Key = key,
                                IfMatch = NoSuchETag,
                            },
                            cancellationToken
                        ),
                        cancellationToken
                    )
                )
                .ConfigureAwait(false),
        };
    }

    private Task<PutObjectResponse> PutAsync(string key, Action<PutObjectRequest>? with, CancellationToken cancellationToken)
    {
        var request = driver.PutRequest(key, new MemoryStream("probe"u8.ToArray()));
        with?.Invoke(request);
        return S3Driver.Call(driver.Client.PutObjectAsync(request, cancellationToken), cancellationToken);
    }

    private Task<CopyObjectResponse> CopyAsync(
        string source,
        string target,
        Action<CopyObjectRequest> with,
        CancellationToken cancellationToken
    )
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = driver.Bucket,
            SourceKey = source,
            DestinationBucket = driver.Bucket,
            DestinationKey = target,
        };
        with(request);
        return S3Driver.Call(driver.Client.CopyObjectAsync(request, cancellationToken), cancellationToken);
    }

    private async Task<CompleteMultipartUploadResponse> CompleteAsync(string key, CancellationToken cancellationToken)
    {
        var upload = await driver.InitiateAsync(key, null, null, default, cancellationToken).ConfigureAwait(false);
        try
        {
            var part = await driver.UploadPartAsync(key, upload, 1, "part"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            return await S3Driver
                .Call(
                    driver.Client.CompleteMultipartUploadAsync(
                        driver.CompleteRequest(key, upload, [part], r => r.IfNoneMatch = "*"),
                        cancellationToken
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch
        {
            await driver.AbortQuietlyAsync(key, upload).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<bool> RefusesAsync(Task request)
    {
        try
        {
            await request.ConfigureAwait(false);
            return false;
        }
        catch (AmazonS3Exception e) when (S3Errors.IsRefused(e))
        {
            return true;
        }
        catch (AmazonS3Exception e) when (IsUnknownHere(e))
        {
            return false;
        }
    }

    // A service that reports the condition as unsupported is treated like one that ignores it.
    private static bool IsUnknownHere(AmazonS3Exception e) =>
        e.StatusCode == System.Net.HttpStatusCode.NotImplemented || e.ErrorCode == "NotImplemented";
}
