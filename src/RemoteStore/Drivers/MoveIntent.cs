using System.Text.Json;

namespace RemoteStore.Drivers;

/// <summary>
/// The journal entry of a move, for a service that can only copy and delete: enough to finish the move, or to see that it was not executed.
/// </summary>
/// <param name="Id">Its mark on the copy: 32 hexadecimal digits.</param>
/// <param name="Source">The source key.</param>
/// <param name="Destination">The destination key.</param>
/// <param name="ETag">The version that is moved.</param>
internal sealed record MoveIntent(string Id, string Source, string Destination, string ETag)
{
    /// <summary>The folder of the journal entries: a name that no key can have and no listing shows.</summary>
    internal const string Folder = ".~rs.moves/";

    /// <summary>The age at which an entry counts as that of an interrupted move; longer than most moves take.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    internal static string IdOf(Guid? operation) => (operation ?? Guid.NewGuid()).ToString("N");

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>The journal entry with that id; null if the text is not a valid entry.</summary>
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
