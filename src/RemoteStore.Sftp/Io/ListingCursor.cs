using System.Globalization;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// The position at which a listing continues: the open listing, the number of entries returned, and the name of the last one.
/// </summary>
internal readonly record struct ListingCursor(string Listing, long Position, string Name)
{
    // Neither of the first two parts contains it; the name is the remainder.
    private const char Separator = '.';

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Listing}{Separator}{Position}{Separator}{Name}");

    internal static ListingCursor Parse(string text)
    {
        var parts = text.Split(Separator, 3);
        return parts.Length == 3 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? new ListingCursor(parts[0], position, parts[2])
            : throw new ArgumentException("The continuation token does not belong to this listing.", nameof(text));
    }
}
