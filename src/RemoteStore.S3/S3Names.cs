using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>
/// The names in listings. They are requested URL-encoded, because XML cannot represent some characters:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html. A service that ignores the request sends them unencoded.
/// </summary>
internal static class S3Names
{
    /// <summary>Whether the body of a request can contain the key, and the response return it unchanged.</summary>
    internal static bool FitsXml(string key) => !key.Any(c => char.IsControl(c) || c is '\ufffe' or '\uffff');

    /// <summary>Whether a URL can contain the key: dot segments would be normalized to the key of another object.</summary>
    internal static bool FitsAddress(string key) => !key.Split('/').Any(s => s is "." or "..");

    /// <summary>The page with decoded names, each below the prefix and after the start of the page.</summary>
    /// <exception cref="MalformedResponseException">The page contains other names.</exception>
    internal static ListObjectsV2Response Checked(ListObjectsV2Response page, ListObjectsV2Request request, string? after)
    {
        if (page.IsTruncated is null)
            throw new MalformedResponseException("it is not a listing");
        var isEncoded = page.Encoding == EncodingType.Url;
        foreach (var found in page.S3Objects ?? [])
        {
            found.Key = Bare(found.Key, request.Prefix, isEncoded);
            if (after is not null && S3ListOrder.Compare(found.Key, after) <= 0)
                throw NotAdvancing();
        }

        page.CommonPrefixes = [.. (page.CommonPrefixes ?? []).Select(p => Folder(Bare(p, request.Prefix, isEncoded), request.Prefix))];
        return page;
    }

    /// <summary>The token of the next page; null at the end.</summary>
    /// <exception cref="MalformedResponseException">The listing would not advance.</exception>
    internal static string? NextToken(ListObjectsV2Response page, string? current)
    {
        if (page.IsTruncated != true)
            return null;
        return string.IsNullOrEmpty(page.NextContinuationToken) || page.NextContinuationToken == current
            ? throw NotAdvancing()
            : page.NextContinuationToken;
    }

    internal static string Bare(string? name, string prefix, bool isEncoded)
    {
        var bare = isEncoded ? WebUtility.UrlDecode(name) : name;
        return bare is not null && bare.StartsWith(prefix, StringComparison.Ordinal)
            ? bare
            : throw new MalformedResponseException("it lists entries outside the folder");
    }

    internal static MalformedResponseException NotAdvancing() => new("its listing does not advance");

    private static string Folder(string name, string prefix) =>
        name.Length > prefix.Length && name.EndsWith('/') ? name : throw new MalformedResponseException("it lists a folder without a name");
}
