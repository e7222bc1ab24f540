using System.Text;

namespace RemoteStore.Sftp.Protocol;

/// <summary>What a server said of itself when the session began.</summary>
/// <param name="Extensions">The extensions it offers, with their versions.</param>
internal sealed record ServerFeatures(IReadOnlyDictionary<string, string> Extensions)
{
    internal const string PosixRename = "posix-rename@openssh.com";
    internal const string HardLink = "hardlink@openssh.com";
    internal const string Fsync = "fsync@openssh.com";
    internal const string Limits = "limits@openssh.com";
    internal const string CopyData = "copy-data";

    /// <summary>Transfers below this size load a session like a single request.</summary>
    internal const int Small = 256 * 1024;

    // Every server takes packets of 34,000 bytes (section 3); what is larger has to be offered.
    private const int DefaultBlock = 32 * 1024;
    private const int LargestBlock = 256 * 1024;
    private const int BlockUnit = 4 * 1024;

    // What every server takes, and what of it is not data: handle, offset and lengths.
    private const ulong SmallestPacket = 34_000;
    private const ulong PacketHead = 1024;

    internal bool CanReplace => Has(PosixRename);

    internal bool CanLink => Has(HardLink);

    internal bool CanSync => Has(Fsync);

    internal bool HasLimits => Has(Limits);

    internal bool CanCopy => Has(CopyData);

    /// <summary>The bytes of one read request.</summary>
    internal int ReadBlock { get; init; } = DefaultBlock;

    /// <summary>The bytes of one write request.</summary>
    internal int WriteBlock { get; init; } = DefaultBlock;

    internal static ServerFeatures Read(ReadOnlySpan<byte> version)
    {
        var reader = new PacketReader(version);
        var number = reader.UInt32();
        // A server answers with the lower of both versions: a higher one has other packets.
        if (number != 3)
            throw new ProtocolException($"The server speaks version {number} of SFTP; it must be 3.");
        var extensions = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!reader.IsAtEnd)
            extensions[Encoding.ASCII.GetString(reader.Bytes())] = Encoding.ASCII.GetString(reader.Bytes());
        return new ServerFeatures(extensions);
    }

    /// <summary>The same, with the answer to <see cref="Requests.Limits"/> taken in: packet, read and write length, handles.</summary>
    internal ServerFeatures With(ReadOnlySpan<byte> limits)
    {
        var reader = new PacketReader(limits);
        var packet = reader.UInt64();
        return this with { ReadBlock = Block(reader.UInt64(), packet), WriteBlock = Block(reader.UInt64(), packet) };
    }

    // The versions of all these extensions are 1 (PROTOCOL, section 4); another version may have other fields.
    private bool Has(string extension) => Extensions.TryGetValue(extension, out var version) && version == "1";

    // Zero says that the server has no limit of its own. Less than one unit cannot be meant: every server takes the default.
    private static int Block(ulong offered, ulong packet)
    {
        if (offered is > 0 and < BlockUnit)
            return DefaultBlock;
        var most = packet < SmallestPacket ? LargestBlock : Math.Min(packet - PacketHead, LargestBlock);
        return (int)(offered == 0 ? most : Math.Min(offered, most)) / BlockUnit * BlockUnit;
    }
}
