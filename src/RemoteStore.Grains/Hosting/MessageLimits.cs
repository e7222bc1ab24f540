using Orleans.Configuration;

namespace RemoteStore.Grains;

/// <summary>
/// Limits the size of messages to what the wire contract needs, instead of Orleans' default of 100 MB: the bytes of a
/// message are in memory before it can be validated.
/// </summary>
internal static class MessageLimits
{
    /// <summary>The size of a header: the target, with keys of at most some kilobytes, and the request context.</summary>
    internal const int Header = 256 * 1024;

    /// <summary>The largest chunk, plus the options and the metadata of a write.</summary>
    internal const int Client = Payload.MaxLength + (1024 * 1024);

    /// <summary>
    /// Between silos a message may also carry the directory entries of all owners that a silo hands over to a joining
    /// silo: about 100 bytes each.
    /// </summary>
    internal const int Body = 32 * 1024 * 1024;

    /// <summary>The largest part of a listing; larger ones are split.</summary>
    internal const int Listing = Payload.MaxLength;

    /// <summary>The approximate size of a part of a listing; a character takes at most three bytes.</summary>
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
