using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>The permissions and attributes of a file that a new version keeps from the one it replaces.</summary>
/// <param name="Mode">The permission bits, without the set-user-id and set-group-id bits.</param>
/// <param name="User">The user id of the owner; null to leave it.</param>
/// <param name="Group">The group id; null to leave it.</param>
/// <param name="Attributes">The access list and the extended attributes of users; null when they could not be read.</param>
internal sealed record FileRights(uint Mode, uint? User, uint? Group, IReadOnlyList<(string Name, byte[] Value)>? Attributes)
{
    /// <summary>The permissions of a staged file until it is published: only its owner can read it.</summary>
    internal const uint Staged = 0x180;

    private const uint Permissions = 0x1FF;
    private const string AccessList = "system.posix_acl_access";
    private const string UserPrefix = "user.";

    /// <summary>The rights of an opened file; null where the system has no such rights.</summary>
    internal static FileRights? Of(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var owner = LinuxCalls.AreKnown ? LinuxCalls.OwnerOf(file) : null;
        return new FileRights(
            (uint)File.GetUnixFileMode(file) & Permissions,
            owner?.User,
            owner?.Group,
            OperatingSystem.IsLinux() ? AttributesOf(file) : []
        );
    }

    /// <summary>The rights of a file that cannot be opened.</summary>
    internal static FileRights Of(uint mode, uint user, uint group) => new(mode & Permissions, user, group, null);

    /// <summary>The rights of a new file.</summary>
    internal static FileRights New(uint mode) => new(mode, null, null, []) { IsNew = true };

    /// <summary>Whether the file is new, and gets the default access list of its folder.</summary>
    internal bool IsNew { get; private init; }

    /// <summary>The rights of a copy: it belongs to the process that makes it.</summary>
    internal FileRights ForCopy() => this with { User = null };

    /// <summary>
    /// Applies these rights to a staged file. Where the group or the access list cannot be kept, the group gets no more rights than all
    /// others.
    /// </summary>
    internal void ApplyTo(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            return;
        var mode = Mode;
        if (OperatingSystem.IsLinux() && !IsNew && !(TryKeepOwner(file) & TryKeepAttributes(file)))
            mode = WithoutGroup(mode);
        File.SetUnixFileMode(file, (UnixFileMode)mode);
    }

    private static uint WithoutGroup(uint mode) => mode & ~(0x38u & ~((mode & 7) << 3));

    private bool TryKeepOwner(SafeFileHandle file) =>
        Group is not { } group
        || (User is { } user && Posix.ChangeOwner(file, user, group) == 0)
        || Posix.ChangeOwner(file, uint.MaxValue, group) == 0;

    private bool TryKeepAttributes(SafeFileHandle file)
    {
        var hasList = false;
        foreach (var (name, value) in Attributes ?? [])
        {
            var isKept = LinuxCalls.SetAttribute(file, name, value) == 0;
            hasList |= isKept && name == AccessList;
            // A user attribute for which the mount has no room is no reason to fail the write.
            if (!isKept && name == AccessList)
                return false;
        }

        // The folder may have given the staged file an access list of its own.
        if (!hasList)
            _ = LinuxCalls.RemoveAttribute(file, AccessList);
        return Attributes is not null;
    }

    private static List<(string Name, byte[] Value)> AttributesOf(SafeFileHandle file)
    {
        var kept = new List<(string, byte[])>();
        foreach (var name in LinuxCalls.AttributesOf(file).Where(IsKept))
        {
            if (LinuxCalls.AttributeOf(file, name) is { } value)
                kept.Add((name, value));
        }

        return kept;
    }

    // Capabilities of programs belong to one content; labels are set by the system's policy.
    private static bool IsKept(string name) =>
        name == AccessList || (name.StartsWith(UserPrefix, StringComparison.Ordinal) && name != OperationMark.Name);
}

/// <summary>The permissions of new files and folders.</summary>
/// <param name="File">Those of files; null for the process's umask, or the default access list of the folder.</param>
/// <param name="Folder">Those of folders; null likewise.</param>
internal sealed record NewModes(uint? File, uint? Folder)
{
    private const uint AllFile = 0x1B6;
    private const string DefaultList = "system.posix_acl_default";
    private static readonly Lazy<uint> Umask = new(ReadUmask);

    /// <summary>The permissions of a new file in an opened folder.</summary>
    internal uint FileIn(SafeFileHandle folder) => FileWith(OperatingSystem.IsLinux() ? LinuxCalls.AttributeOf(folder, DefaultList) : null);

    /// <summary>The permissions of a new file in a folder.</summary>
    internal uint FileIn(string folder) => FileWith(OperatingSystem.IsLinux() ? LinuxCalls.AttributeOf(folder, DefaultList) : null);

    private uint FileWith(byte[]? list) => File ?? (AllFile & (list is null ? ~Umask.Value : ModeOf(list)));

    /// <summary>
    /// The permissions that an access list grants: a version (4 bytes), then a tag (2), permissions (2) and an id (4) for each entry.
    /// </summary>
    private static uint ModeOf(byte[] list)
    {
        uint mode = 0,
            group = 0,
            mask = uint.MaxValue;
        for (var offset = 4; offset + 8 <= list.Length; offset += 8)
        {
            var permissions = (uint)BinaryPrimitives.ReadUInt16LittleEndian(list.AsSpan(offset + 2)) & 7;
            switch (BinaryPrimitives.ReadUInt16LittleEndian(list.AsSpan(offset)))
            {
                case 0x01:
                    mode |= permissions << 6;
                    break;
                case 0x04:
                    group = permissions;
                    break;
                case 0x10:
                    mask = permissions;
                    break;
                case 0x20:
                    mode |= permissions;
                    break;
            }
        }

        return mode | ((mask == uint.MaxValue ? group : mask) << 3);
    }

    // No system call only reads it, and the one that sets it affects all threads.
    private static uint ReadUmask()
    {
        const string Line = "Umask:";
        const uint Usual = 0x12;
        try
        {
            var text = System
                .IO.File.ReadLines("/proc/self/status", Encoding.ASCII)
                .FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal));
            return text is null ? Usual : Convert.ToUInt32(text[Line.Length..].Trim(), 8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return Usual;
        }
    }
}
