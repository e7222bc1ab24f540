using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>
/// The names in listings. They are asked for in the form of URLs, because XML has no place for some characters:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html. A service that ignores the request sends them bare.
/// </summary>
internal static class S3Names
{
    /// <summary>Whether a request's body can carry the key, and the response report it back unchanged.</summary>
    internal static bool FitsXml(string key) => !key.Any(c => char.IsControl(c) || c is '\ufffe' or '\uffff');

    /// <summary>Whether an address can carry the key: one with these segments would be shortened to that of another object.</summary>
    internal static bool FitsAddress(string key) => !key.Split('/').Any(s => s is "." or "..");

    /// <summary>The page with bare names, each below the prefix and after the place where the page was to begin.</summary>
    /// <exception cref="MalformedResponseException">It lists something else.</exception>
    internal static ListObjectsV2Response Checked(ListObjectsV2Response page, ListObjectsV2Request request, string? after)
    {
        if (page.IsTruncated is null)
            throw new MalformedResponseException("it is no listing");
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
    /// <exception cref="MalformedResponseException">It leads nowhere.</exception>
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
            : throw new MalformedResponseException("it lists what lies outside the folder");
    }

    internal static MalformedResponseException NotAdvancing() => new("its listing does not advance");

    private static string Folder(string name, string prefix) =>
        name.Length > prefix.Length && name.EndsWith('/') ? name : throw new MalformedResponseException("it lists a folder without a name");
}
