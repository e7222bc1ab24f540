using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private long _serverTime;

    /// <summary>The latest time in any response of the service, in seconds of Unix time: a lower bound of its clock.</summary>
    internal long ServerTime => Interlocked.Read(ref _serverTime);

    /// <summary>Deletes older leftovers. A failure does not stop the remaining work; the first one is thrown at the end.</summary>
    internal async ValueTask<int> CleanUpAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var before = _clock.GetUtcNow() - olderThan;
        var failures = new DeferredFailure(S3Errors.IsOfService);
        var count =
            await failures.TryAsync(() => CleanUpUploadsAsync(before, failures, cancellationToken)).ConfigureAwait(false)
            + await failures
                .TryAsync(() => CleanUpObjectsAsync(_prefix + StagedFolder, before, failures, cancellationToken))
                .ConfigureAwait(false)
            + await failures
                .TryAsync(() => CleanUpObjectsAsync(_prefix + ProbeFolder, before, failures, cancellationToken))
                .ConfigureAwait(false);
        failures.ThrowIfAny();
        return count;
    }

    private async ValueTask<int> CleanUpUploadsAsync(DateTimeOffset before, DeferredFailure failures, CancellationToken cancellationToken)
    {
        var count = 0;
        var request = new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = _prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await Call(Client.ListMultipartUploadsAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var upload in (page.MultipartUploads ?? []).Where(u => S3Time.Of(u.Initiated) < before))
                count += await failures.TryAsync(() => CleanUpUploadAsync(upload, cancellationToken)).ConfigureAwait(false);
        } while (MovesOn(request, page));
        return count;
    }

    private bool MovesOn(ListMultipartUploadsRequest request, ListMultipartUploadsResponse page)
    {
        if (page.IsTruncated is null)
            throw new MalformedResponseException("it is not a listing");
        if (page.IsTruncated == false)
            return false;
        var marker = S3Names.Bare(page.NextKeyMarker, _prefix, isEncoded: false);
        var order = request.KeyMarker is null ? 1 : S3ListOrder.Compare(marker, request.KeyMarker);
        if (order < 0 || (order == 0 && page.NextUploadIdMarker == request.UploadIdMarker))
            throw S3Names.NotAdvancing();
        (request.KeyMarker, request.UploadIdMarker) = (marker, page.NextUploadIdMarker);
        return true;
    }

    private async ValueTask<int> CleanUpUploadAsync(MultipartUpload upload, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(upload.UploadId))
            throw new MalformedResponseException("it lists an upload without an id");
        await AbortAsync(S3Names.Bare(upload.Key, _prefix, isEncoded: false), upload.UploadId, cancellationToken).ConfigureAwait(false);
        return 1;
    }

    /// <summary>The objects below a prefix that were last changed before a time.</summary>
    internal async IAsyncEnumerable<S3Object> ObjectsAsync(
        string prefix,
        DateTimeOffset before,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var page in PagesAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            foreach (var found in page.Where(o => S3Time.Of(o.LastModified) < before))
                yield return found;
        }
    }

    private async ValueTask<int> CleanUpObjectsAsync(
        string prefix,
        DateTimeOffset before,
        DeferredFailure failures,
        CancellationToken cancellationToken
    )
    {
        var count = 0;
        await foreach (var page in PagesAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            var old = page.Where(o => S3Time.Of(o.LastModified) < before).ToList();
            await DeleteObjectsAsync(old, failures, cancellationToken).ConfigureAwait(false);
            count += old.Count;
        }

        return count;
    }

    /// <summary>
    /// Returns page after page, each starting after the last name of the previous one, so that deleted or undeletable
    /// objects do not shift the pages.
    /// </summary>
    private async IAsyncEnumerable<List<S3Object>> PagesAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        ListObjectsV2Response page;
        do
        {
            var request = new ListObjectsV2Request
            {
                BucketName = Bucket,
                Prefix = prefix,
                MaxKeys = MaxPage,
                StartAfter = after,
                Encoding = EncodingType.Url,
            };
            page = await PageAsync(request, after, cancellationToken).ConfigureAwait(false);
            if (page.S3Objects is not { Count: > 0 } found)
                yield break;
            after = found[^1].Key;
            yield return found;
        } while (page.IsTruncated == true);
    }

    private void Observe(object sender, Amazon.Runtime.ResponseEventArgs e)
    {
        if (
            e is not Amazon.Runtime.WebServiceResponseEventArgs { ResponseHeaders: { } headers }
            || !headers.TryGetValue("Date", out var text)
            || !DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var date)
        )
            return;
        var seconds = date.ToUnixTimeSeconds();
        for (var seen = ServerTime; seen < seconds; seen = ServerTime)
        {
            if (Interlocked.CompareExchange(ref _serverTime, seconds, seen) == seen)
                return;
        }
    }
}
