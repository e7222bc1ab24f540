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

    internal bool CanReplace => Extensions.ContainsKey(PosixRename);

    internal bool CanLink => Extensions.ContainsKey(HardLink);

    internal bool CanSync => Extensions.ContainsKey(Fsync);

    internal bool HasLimits => Extensions.ContainsKey(Limits);

    internal bool CanCopy => Extensions.ContainsKey(CopyData);

    /// <summary>The bytes of one read request.</summary>
    internal int ReadBlock { get; init; } = DefaultBlock;

    /// <summary>The bytes of one write request.</summary>
    internal int WriteBlock { get; init; } = DefaultBlock;

    internal static ServerFeatures Read(ReadOnlySpan<byte> version)
    {
        var reader = new PacketReader(version);
        var number = reader.UInt32();
        if (number < 3)
            throw new ProtocolException($"The server speaks version {number} of SFTP; 3 is needed.");
        var extensions = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!reader.IsAtEnd)
            extensions[Encoding.ASCII.GetString(reader.Bytes())] = Encoding.ASCII.GetString(reader.Bytes());
        return new ServerFeatures(extensions);
    }

    /// <summary>The same, with the answer to <see cref="Requests.Limits"/> taken in: packet, read and write length, handles.</summary>
    internal ServerFeatures With(ReadOnlySpan<byte> limits)
    {
        var reader = new PacketReader(limits);
        reader.Skip(sizeof(ulong));
        return this with { ReadBlock = Block(reader.UInt64()), WriteBlock = Block(reader.UInt64()) };
    }

    // Zero says that the server has no limit of its own.
    private static int Block(ulong offered)
    {
        var block = offered == 0 ? LargestBlock : (int)Math.Min(offered, LargestBlock);
        return Math.Max(block / BlockUnit * BlockUnit, Math.Min(block, DefaultBlock));
    }
}
