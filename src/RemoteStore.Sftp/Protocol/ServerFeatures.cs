using System.Text;

namespace RemoteStore.Sftp.Protocol;

/// <summary>The features that a server reported when the session began.</summary>
/// <param name="Extensions">The supported extensions, with their versions.</param>
internal sealed record ServerFeatures(IReadOnlyDictionary<string, string> Extensions)
{
    internal const string PosixRename = "posix-rename@openssh.com";
    internal const string HardLink = "hardlink@openssh.com";
    internal const string Fsync = "fsync@openssh.com";
    internal const string Limits = "limits@openssh.com";
    internal const string CopyData = "copy-data";

    /// <summary>Transfers below this size load a session like a single request.</summary>
    internal const int Small = 256 * 1024;

    // Every server accepts packets of 34,000 bytes (section 3); larger ones must be offered.
    private const int DefaultBlock = 32 * 1024;
    private const int LargestBlock = 256 * 1024;
    private const int BlockUnit = 4 * 1024;

    // The packet size that every server accepts, and the part of it that is not data: handle, offset and lengths.
    private const ulong SmallestPacket = 34_000;
    private const ulong PacketHead = 1024;

    internal bool CanReplace => Has(PosixRename);

    internal bool CanLink => Has(HardLink);

    internal bool CanSync => Has(Fsync);

    internal bool HasLimits => Has(Limits);

    internal bool CanCopy => Has(CopyData);

    /// <summary>The size of one read request, in bytes.</summary>
    internal int ReadBlock { get; init; } = DefaultBlock;

    /// <summary>The size of one write request, in bytes.</summary>
    internal int WriteBlock { get; init; } = DefaultBlock;

    internal static ServerFeatures Read(ReadOnlySpan<byte> version)
    {
        var reader = new PacketReader(version);
        var number = reader.UInt32();
        // A server answers with the lower of both versions; a higher one has other packets.
        if (number != 3)
            throw new ProtocolException($"The SFTP version of the server must be 3 (was {number}).");
        var extensions = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!reader.IsAtEnd)
            extensions[Encoding.ASCII.GetString(reader.Bytes())] = Encoding.ASCII.GetString(reader.Bytes());
        return new ServerFeatures(extensions);
    }

    /// <summary>The features after processing the reply to <see cref="Requests.Limits"/>: packet, read and write length, handles.</summary>
    internal ServerFeatures With(ReadOnlySpan<byte> limits)
    {
        var reader = new PacketReader(limits);
        var packet = reader.UInt64();
        return this with { ReadBlock = Block(reader.UInt64(), packet), WriteBlock = Block(reader.UInt64(), packet) };
    }

    // The version of each of these extensions is 1 (PROTOCOL, section 4); another version may have other fields.
    private bool Has(string extension) => Extensions.TryGetValue(extension, out var version) && version == "1";

    // Zero means no limit. A value below one unit cannot be meant: every server accepts the default.
    private static int Block(ulong offered, ulong packet)
    {
        if (offered is > 0 and < BlockUnit)
            return DefaultBlock;
        var most = packet < SmallestPacket ? LargestBlock : Math.Min(packet - PacketHead, LargestBlock);
        return (int)(offered == 0 ? most : Math.Min(offered, most)) / BlockUnit * BlockUnit;
    }
}
