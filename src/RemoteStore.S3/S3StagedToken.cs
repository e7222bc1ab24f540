using System.Buffers.Text;
using System.Text.Json;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>
/// The data with which another instance commits staged bytes: a multipart upload with its parts, or the id of a staged object.
/// </summary>
/// <param name="Key">The key for which the bytes were staged.</param>
/// <param name="Size">The number of bytes.</param>
/// <param name="Upload">The multipart upload, if it is one.</param>
/// <param name="Parts">The ETags of its parts, in order.</param>
/// <param name="Write">The id of the write, which the completed upload contains.</param>
/// <param name="Staged">The staged object, if it is one.</param>
internal sealed record S3StagedToken(string Key, long Size, string? Upload, IReadOnlyList<string>? Parts, string? Write, Guid? Staged)
{
    /// <summary>The largest number of parts of an upload.</summary>
    internal const int MaxParts = 10_000;

    private const int MaxIdLength = 1024;
    private const int MaxETagLength = 128;

    // A token contains a key and the ETags of all parts, in base64: the largest valid one is far below.
    private const int MaxTokenLength = MaxParts * MaxETagLength * 2;

    internal static S3StagedToken Parse(string token, string key)
    {
        try
        {
            if (
                token.Length <= MaxTokenLength
                && JsonSerializer.Deserialize<S3StagedToken>(Base64Url.DecodeFromChars(token)) is { } parsed
                && parsed.Key == key
                && parsed.IsWhole
                && parsed.ToString() == token
            )
                return parsed;
        }
        catch (Exception e) when (e is FormatException or JsonException or NotSupportedException)
        {
            // Not a token of this backend: handled like one whose bytes no longer exist.
        }

        throw Unknown(key);
    }

    internal static NotFoundException Unknown(string key) => StorageErrors.NotStaged(key);

    private bool IsWhole =>
        Size >= 0
        && (
            Upload is null
                ? Staged is not null && Parts is null && Write is null
                : Staged is null
                    && IsId(Upload)
                    && Parts is { Count: > 0 and <= MaxParts }
                    && Parts.All(IsETag)
                    && Write is not null
                    && IsId(Write)
        );

    private static bool IsId(string id) => id.Length is > 0 and <= MaxIdLength && id.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    private static bool IsETag(string? etag) => etag is not null && etag.Length <= MaxETagLength && ETags.IsValid(etag.Trim('"'));

    /// <summary>The token as text.</summary>
    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));
}
