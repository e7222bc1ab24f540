using System.Text.Json;

namespace RemoteStore.Drivers;

/// <summary>
/// A move, of a service that can only copy and delete, that has begun: enough to finish it, or to see that it never happened.
/// </summary>
/// <param name="Id">Its mark on the copy: 32 hexadecimal digits.</param>
/// <param name="Source">The key it comes from.</param>
/// <param name="Destination">The key it goes to.</param>
/// <param name="ETag">The version that is moved.</param>
internal sealed record MoveIntent(string Id, string Source, string Destination, string ETag)
{
    /// <summary>Where intents are recorded: under a name that no key can have and no listing shows.</summary>
    internal const string Folder = ".~rs.moves/";

    /// <summary>How old a record is before it is taken for one of a move that was interrupted; longer than most moves take.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    internal static string IdOf(Guid? operation) => (operation ?? Guid.NewGuid()).ToString("N");

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>The intent of that id; null if the text is none.</summary>
    internal static MoveIntent? Parse(ReadOnlySpan<byte> json, string id)
    {
        try
        {
            return JsonSerializer.Deserialize<MoveIntent>(json) is { } intent && intent.Id == id && Guid.TryParseExact(id, "N", out _)
                ? intent
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
