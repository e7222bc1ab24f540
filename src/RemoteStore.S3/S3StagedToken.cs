using System.Buffers.Text;
using System.Text.Json;

namespace RemoteStore.S3;

/// <summary>All that another instance needs to commit staged bytes: a multipart upload with its parts, or the id of a staged object.</summary>
/// <param name="Key">The key it was staged for.</param>
/// <param name="Size">The bytes.</param>
/// <param name="Upload">The multipart upload, when it is one.</param>
/// <param name="Parts">The ETags of its parts, in order.</param>
/// <param name="Write">The id of the write, which the finished upload carries.</param>
/// <param name="Staged">The staged object, when it is one.</param>
internal sealed record S3StagedToken(string Key, long Size, string? Upload, IReadOnlyList<string>? Parts, string? Write, Guid? Staged)
{
    internal static S3StagedToken Parse(string token, string key)
    {
        try
        {
            if (JsonSerializer.Deserialize<S3StagedToken>(Base64Url.DecodeFromChars(token)) is { } parsed && parsed.Key == key && parsed.IsWhole)
                return parsed;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Not one of ours: the same as one whose bytes are gone.
        }

        throw Unknown(key);
    }

    internal static NotFoundException Unknown(string key) => new("There is no such staged content.", key);

    private bool IsWhole => Upload is null ? Staged is not null : Parts is { Count: > 0 } && !string.IsNullOrEmpty(Write);

    /// <summary>The token as text.</summary>
    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));
}
