using System.Runtime.CompilerServices;
using Amazon.S3.Model;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private long _serverTime;

    /// <summary>The latest second that the service has named in an answer (Unix time): its clock says at least this.</summary>
    internal long ServerTime => Interlocked.Read(ref _serverTime);

    /// <summary>Drops what is older. A failure stops nothing else; the first is thrown at the end.</summary>
    internal async ValueTask<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var before = _clock.GetUtcNow() - olderThan;
        var failures = new FirstFailure(S3Errors.IsOfService);
        var count = await failures.TryAsync(() => SweepUploadsAsync(before, failures, cancellationToken)).ConfigureAwait(false)
            + await failures.TryAsync(() => SweepObjectsAsync(_prefix + StagedFolder, before, failures, cancellationToken)).ConfigureAwait(false)
            + await failures.TryAsync(() => SweepObjectsAsync(_prefix + ProbeFolder, before, failures, cancellationToken)).ConfigureAwait(false);
        failures.ThrowIfAny();
        return count;
    }

    private async ValueTask<int> SweepUploadsAsync(DateTimeOffset before, FirstFailure failures, CancellationToken cancellationToken)
    {
        var count = 0;
        var request = new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = _prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await Call(Client.ListMultipartUploadsAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var upload in (page.MultipartUploads ?? []).Where(u => S3Time.Of(u.Initiated) < before))
                count += await failures.TryAsync(() => SweepUploadAsync(upload, cancellationToken)).ConfigureAwait(false);
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true);
        return count;
    }

    private async ValueTask<int> SweepUploadAsync(MultipartUpload upload, CancellationToken cancellationToken)
    {
        await AbortAsync(upload.Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
        return 1;
    }

    /// <summary>The objects below a prefix that were last changed before a time.</summary>
    internal async IAsyncEnumerable<S3Object> ObjectsAsync(string prefix, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(prefix, before, cancellationToken).ConfigureAwait(false))
        {
            foreach (var found in page)
                yield return found;
        }
    }

    private async ValueTask<int> SweepObjectsAsync(string prefix, DateTimeOffset before, FirstFailure failures, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var old in PagesAsync(prefix, before, cancellationToken).ConfigureAwait(false))
            count += await failures.TryAsync(() => SweepPageAsync(old, cancellationToken)).ConfigureAwait(false);
        return count;
    }

    private async ValueTask<int> SweepPageAsync(List<S3Object> old, CancellationToken cancellationToken)
    {
        if (old.Count > 0)
            await DeleteObjectsAsync(old, cancellationToken).ConfigureAwait(false);
        return old.Count;
    }

    private async IAsyncEnumerable<List<S3Object>> PagesAsync(string prefix, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await Call(Client.ListObjectsV2Async(request, cancellationToken), cancellationToken).ConfigureAwait(false);
            yield return [.. (page.S3Objects ?? []).Where(o => S3Time.Of(o.LastModified) < before)];
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    private void Observe(object sender, Amazon.Runtime.ResponseEventArgs e)
    {
        if (e is not Amazon.Runtime.WebServiceResponseEventArgs { ResponseHeaders: { } headers } || !headers.TryGetValue("Date", out var text)
            || !DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var date))
            return;
        var seconds = date.ToUnixTimeSeconds();
        for (var seen = ServerTime; seen < seconds; seen = ServerTime)
        {
            if (Interlocked.CompareExchange(ref _serverTime, seconds, seen) == seen)
                return;
        }
    }
}
