using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

internal sealed partial class S3Driver
{
    private const int MaxPage = 1000;

    public override async ValueTask<DriverPage> ListAsync(string folder, bool recursive, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var prefix = folder.Length == 0 ? _prefix : ObjectKey(folder) + "/";
        var request = new ListObjectsV2Request
        {
            BucketName = Bucket,
            Prefix = prefix,
            Delimiter = recursive ? null : "/",
            MaxKeys = Math.Min(limit, MaxPage),
            ContinuationToken = cursor,
        };
        var page = await Call(Client.ListObjectsV2Async(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        var entries = new List<DriverEntry>(page.KeyCount ?? 0);
        foreach (var found in page.S3Objects ?? [])
        {
            if (await FileOfAsync(found, cancellationToken).ConfigureAwait(false) is { } file)
                entries.Add(new DriverEntry(file));
        }

        foreach (var common in page.CommonPrefixes ?? [])
        {
            var key = common[_prefix.Length..^1];
            if (DriverKeys.IsListable(key))
                entries.Add(new DriverEntry(new RemoteFolderEntry(key)));
        }

        return new DriverPage(entries, page.IsTruncated == true ? page.NextContinuationToken : null);
    }

    // The page has no metadata, and so neither the id of the write, which is part of the version, nor the mark of a deletion.
    private async Task<RemoteFileInfo?> FileOfAsync(S3Object found, CancellationToken cancellationToken)
    {
        var key = found.Key[_prefix.Length..];
        if (key.Length == 0 || !DriverKeys.IsListable(key))
            return null;
        if (found.Size == S3Tombstone.Size)
            return (await HeadAsync(key, cancellationToken).ConfigureAwait(false))?.Info;
        return new RemoteFileInfo(key, found.Size ?? 0) { ModifiedAt = S3Time.Of(found.LastModified) };
    }
}
