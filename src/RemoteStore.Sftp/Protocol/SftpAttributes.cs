namespace RemoteStore.Sftp.Protocol;

/// <summary>
/// The attributes of a file as the server reports them (section 5). Times are whole seconds. Missing values are null,
/// and so is an invalid size.
/// </summary>
internal readonly record struct SftpAttributes(
    long? Size,
    uint? Permissions,
    uint? LastModified,
    uint? AccessedAt = null,
    uint? Group = null
)
{
    private const uint SizeFlag = 0x01;
    private const uint OwnerFlag = 0x02;
    private const uint PermissionsFlag = 0x04;
    private const uint TimesFlag = 0x08;
    private const uint ExtendedFlag = 0x80000000;
    private const uint TypeMask = 0xF000;
    private const uint ModeMask = 0x1FF;
    private const uint Folder = 0x4000;
    private const uint Regular = 0x8000;
    private const uint Link = 0xA000;

    internal bool IsFolder => Type == Folder;

    internal bool IsLink => Type == Link;

    /// <summary>Whether all attributes for an entry of a listing are present. Some servers list names without attributes.</summary>
    internal bool IsComplete => Permissions is not null && (Size is not null || Type is not Regular);

    /// <summary>A regular file; also any entry of a server that reports no permissions.</summary>
    internal bool IsFile => Type is Regular or 0;

    /// <summary>The permission bits, without setuid, setgid and sticky; null if the server reports none.</summary>
    internal uint? Mode => Permissions & ModeMask;

    private uint Type => Permissions.GetValueOrDefault() & TypeMask;

    internal static SftpAttributes Read(ref PacketReader reader)
    {
        var flags = reader.UInt32();
        long? size = (flags & SizeFlag) != 0 ? SizeIn(ref reader) : null;
        var (_, group) = (flags & OwnerFlag) != 0 ? (reader.UInt32(), reader.UInt32()) : (0U, (uint?)null);
        uint? permissions = (flags & PermissionsFlag) != 0 ? reader.UInt32() : null;
        var (accessed, modified) = (flags & TimesFlag) != 0 ? (reader.UInt32(), reader.UInt32()) : ((uint?)null, (uint?)null);

        for (var count = (flags & ExtendedFlag) != 0 ? reader.UInt32() : 0; count > 0; count--)
        {
            reader.Bytes();
            reader.Bytes();
        }

        return new SftpAttributes(size, permissions, modified, accessed, group);
    }

    private static long? SizeIn(ref PacketReader reader) => reader.UInt64() is var size and <= long.MaxValue ? (long)size : null;

    /// <summary>Writes attributes that set both times of a file; version 3 cannot set only one.</summary>
    internal static void WriteTimes(PacketWriter writer, uint accessed, uint modified) =>
        writer.UInt32(TimesFlag).UInt32(accessed).UInt32(modified);

    internal static void WriteMode(PacketWriter writer, uint mode) => writer.UInt32(PermissionsFlag).UInt32(mode);

    internal static void WriteNothing(PacketWriter writer) => writer.UInt32(0);
}
