using Orleans.Configuration;

namespace RemoteStore.Grains;

/// <summary>
/// How large messages may be. What the wire contract needs, and not Orleans' 100 MB: the bytes are in memory before anything is known of
/// them.
/// </summary>
internal static class MessageLimits
{
    /// <summary>Who is meant, by keys of at most some kilobytes, and what goes along with a call.</summary>
    internal const int Header = 256 * 1024;

    /// <summary>The largest chunk, with the options and the metadata of a write.</summary>
    internal const int Client = Payload.MaxLength + (1024 * 1024);

    /// <summary>Between silos also the places of all owners that a silo hands over to one that joins: some 100 bytes each.</summary>
    internal const int Body = 32 * 1024 * 1024;

    /// <summary>What a part of a listing may take; larger ones are cut.</summary>
    internal const int Listing = Payload.MaxLength;

    /// <summary>About what a part of a listing takes; a character is at most three bytes.</summary>
    internal static long SizeOf(ListPage page) =>
        page.Entries.Sum(e => 100L + (3 * e.Path.Length) + (e is RemoteFileInfo file ? SizeOf(file) : 0));

    private static long SizeOf(RemoteFileInfo file) =>
        3L * ((file.ETag?.Length ?? 0) + (file.ContentType?.Length ?? 0) + (file.Metadata?.Sum(m => m.Key.Length + m.Value.Length) ?? 0));

    internal static void Configure(SiloMessagingOptions options)
    {
        options.MaxMessageHeaderSize = Header;
        options.MaxMessageBodySize = Body;
    }
}
