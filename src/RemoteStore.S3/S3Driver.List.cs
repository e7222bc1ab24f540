using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private const int MaxPage = 1000;
    private const int MaxEmptyPages = 100;

    public override async ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var prefix = folder.Length == 0 ? _prefix : ObjectKey(folder) + "/";
        // After a folder, the service may return it once more if it contains a key after the position at which the listing continues.
        var left = recursive ? null : S3ListOrder.PrefixIn(cursor);
        var request = new ListObjectsV2Request
        {
            BucketName = Bucket,
            Prefix = prefix,
            Delimiter = recursive ? null : "/",
            Encoding = EncodingType.Url,
            MaxKeys = Math.Min(left is null ? limit : limit + 1, MaxPage),
            StartAfter = cursor is null ? null : prefix + cursor,
        };
        var page = await PageAsync(request, request.StartAfter, cancellationToken).ConfigureAwait(false);
        var found = S3ListOrder.Merge(page.S3Objects ?? [], page.CommonPrefixes);
        if (page.IsTruncated == true && cursor is not null && S3ListOrder.Compare(found[^1].Next, prefix + cursor) <= 0)
            throw S3Names.NotAdvancing();
        var entries = new List<DriverEntry>(found.Count);
        foreach (var (item, folderKey, next) in found)
        {
            if (folderKey is not null && folderKey == prefix + left)
                continue;
            if (await EntryOfAsync(item, folderKey, cancellationToken).ConfigureAwait(false) is { } entry)
                entries.Add(new DriverEntry(entry, next[prefix.Length..]));
        }

        return new DriverPage(entries, page.IsTruncated == true ? found[^1].Next[prefix.Length..] : null);
    }

    /// <summary>A validated page. An empty page that is followed by others is skipped.</summary>
    private async Task<ListObjectsV2Response> PageAsync(ListObjectsV2Request request, string? after, CancellationToken cancellationToken)
    {
        for (var pages = 0; pages < MaxEmptyPages; pages++)
        {
            var page = await Call(Client.ListObjectsV2Async(request, cancellationToken), cancellationToken).ConfigureAwait(false);
            S3Names.Checked(page, request, after);
            if (page.IsTruncated != true || page.S3Objects is { Count: > 0 } || page.CommonPrefixes.Count > 0)
                return page;
            request.ContinuationToken = S3Names.NextToken(page, request.ContinuationToken);
        }

        throw S3Names.NotAdvancing();
    }

    private async Task<RemoteEntry?> EntryOfAsync(S3Object? item, string? folderKey, CancellationToken cancellationToken)
    {
        if (item is not null)
            return await FileOfAsync(item, cancellationToken).ConfigureAwait(false);
        var key = folderKey![_prefix.Length..^1];
        return IsKey(key) ? new RemoteFolderEntry(key) : null;
    }

    // Only names that a caller can use, and none of the library's own.
    private static bool IsKey(string name) => RemotePath.TryParse(name, out var path) && path.Value == name;

    // The page has no metadata: neither the id of the write, which is part of the version, nor the mark of a tombstone.
    private async Task<RemoteFileInfo?> FileOfAsync(S3Object found, CancellationToken cancellationToken)
    {
        var key = found.Key[_prefix.Length..];
        if (!IsKey(key))
            return null;
        if (found.Size == S3Tombstone.Size)
            return (await HeadAsync(key, cancellationToken).ConfigureAwait(false))?.Info;
        var size = found.Size is >= 0 and { } listed ? listed : throw new MalformedResponseException("it lists a file without a size");
        return new RemoteFileInfo(key, size) { LastModified = S3Time.Of(found.LastModified) };
    }
}
