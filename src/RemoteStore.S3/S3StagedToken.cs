using System.Buffers.Text;
using System.Text.Json;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>
/// All that another instance needs to commit staged bytes: a multipart upload with its parts, or the id of a staged object.
/// </summary>
/// <param name="Key">The key it was staged for.</param>
/// <param name="Size">The bytes.</param>
/// <param name="Upload">The multipart upload, when it is one.</param>
/// <param name="Parts">The ETags of its parts, in order.</param>
/// <param name="Write">The id of the write, which the finished upload carries.</param>
/// <param name="Staged">The staged object, when it is one.</param>
internal sealed record S3StagedToken(string Key, long Size, string? Upload, IReadOnlyList<string>? Parts, string? Write, Guid? Staged)
{
    /// <summary>The most parts that an upload has.</summary>
    internal const int MaxParts = 10_000;

    private const int MaxIdLength = 1024;
    private const int MaxETagLength = 128;

    // A token holds a key and the ETags of all parts, in base64: the largest honest one is far below.
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
            // Not one of ours: the same as one whose bytes are gone.
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
