using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>An opened folder whose names are accessed through its handle only.</summary>
internal sealed class LinuxFolder(LinuxFiles files, SafeFileHandle handle) : LocalFolder
{
    private const int BytesPerName = 48;
    private const int MaxMark = 2048;
    private const int MinBuffer = 4 * 1024;
    private const int MaxBuffer = 64 * 1024;

    public override void Dispose() => handle.Dispose();

    internal override LocalStat? Stat(string name) =>
        LinuxCalls.Stat(handle, name, LinuxCalls.NoFollow, out var stat) switch
        {
            0 => stat,
            Errno.NoEntry => null,
            var errno => throw new PosixException("statx", errno),
        };

    internal override SafeFileHandle Create(string name)
    {
        var fd = LinuxCalls.OpenBeneath(handle, name, LinuxCalls.WriteOnly | LinuxCalls.CreateExclusive, FileRights.Staged);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new PosixException("openat2", Posix.LastError);
    }

    internal override void Rename(string name, LocalFolder target, string targetName, bool replace)
    {
        var folder = ((LinuxFolder)target).Handle;
        if (!replace && !files.PublishByRename)
        {
            Link(name, folder, targetName);
            return;
        }

        var errno = LinuxCalls.Rename(handle, name, folder, targetName, replace ? 0 : LinuxCalls.NoReplace);
        if (!replace && Errno.NameOf(errno) is "EINVAL" or "ENOSYS" or "EOPNOTSUPP")
            Link(name, folder, targetName);
        else if (errno != 0)
            throw new PosixException("renameat2", errno);
    }

    internal override bool TryLink(string name, LocalFolder target, string targetName)
    {
        var errno = LinuxCalls.Link(handle, name, ((LinuxFolder)target).Handle, targetName);
        if (!LocalFiles.CannotLink(errno))
            Check("linkat", errno);
        return errno == 0;
    }

    internal override SafeFileHandle Reopen(string name, bool write = true)
    {
        // A staged file is never a link.
        var fd = LinuxCalls.OpenBeneath(handle, name, (write ? LinuxCalls.ReadWrite : LinuxCalls.NonBlocking) | LinuxCalls.LinkItself);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new PosixException("openat2", Posix.LastError);
    }

    internal override SafeFileHandle? TryOpen(string name)
    {
        var fd = LinuxCalls.OpenBeneath(handle, name, LinuxCalls.NonBlocking | LinuxCalls.LinkItself);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
    }

    internal override FileRights? RightsOf(string name)
    {
        using var file = TryOpen(name);
        if (file is not null)
            return FileRights.Of(file);
        return LinuxCalls.OwnerOf(handle, name) is var (mode, user, group) ? FileRights.Of(mode, user, group) : null;
    }

    internal override FileRights? RightsOfNew() => FileRights.New(files.Root.Modes.FileIn(handle));

    internal override bool TryMark(string name, string text)
    {
        var errno = LinuxCalls.Symlink(text, handle, name);
        if (!LocalFiles.CannotMark(errno))
            Check("symlinkat", errno);
        return errno == 0;
    }

    internal override string? ReadMark(string name)
    {
        Span<byte> buffer = stackalloc byte[MaxMark];
        var count = LinuxCalls.ReadLink(handle, name, buffer);
        if (count >= 0)
            return Encoding.UTF8.GetString(buffer[..(int)count]);
        return Posix.LastError is var errno && errno is Errno.NoEntry or Errno.Invalid
            ? null
            : throw new PosixException("readlinkat", errno);
    }

    internal override void Unlink(string name) => Check("unlinkat", LinuxCalls.Unlink(handle, name, 0));

    internal override void RemoveFolder(string name) => Check("unlinkat", LinuxCalls.Unlink(handle, name, LinuxCalls.RemoveFolderFlag));

    internal override void Sync() => files.Root.Durability.Sync(handle);

    internal override IReadOnlyList<LocalName> Read(string? cursor, int limit)
    {
        if (cursor is not null && !TrySeek(cursor))
            return [];
        var names = new List<LocalName>(Math.Min(limit, 1024));
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(limit * BytesPerName, MinBuffer, MaxBuffer));
        try
        {
            while (names.Count < limit && ReadBlock(buffer) is var count && count > 0)
                LinuxEntries.Append(buffer.AsSpan(0, count), names, limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return names;
    }

    private SafeFileHandle Handle => handle;

    // False: the folder was removed; ext4 then no longer knows any position.
    private bool TrySeek(string cursor)
    {
        if (
            cursor[0] == LinuxEntries.CursorMark
            && long.TryParse(cursor.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var offset)
            && LinuxCalls.Seek(handle, offset) == 0
        )
            return true;
        return IsRemoved() ? false : throw new ArgumentException("The continuation token does not belong to this backend.", nameof(cursor));
    }

    private bool IsRemoved() => LinuxCalls.ReadFolder(handle, new byte[MinBuffer]) < 0 && Posix.LastError == Errno.NoEntry;

    private int ReadBlock(Span<byte> buffer)
    {
        var count = LinuxCalls.ReadFolder(handle, buffer);
        if (count >= 0)
            return (int)count;
        // A folder that was removed while it is read has no further names.
        return Posix.LastError is var errno && errno == Errno.NoEntry ? 0 : throw new PosixException("getdents64", errno);
    }

    // On a network file system the response to a link may be lost and the call sent again: if both names are one file, the first call
    // succeeded.
    private void Link(string name, SafeFileHandle target, string targetName)
    {
        var errno = LinuxCalls.Link(handle, name, target, targetName);
        if (errno == Errno.Exists && IsOneFile(name, target, targetName))
            errno = 0;
        Check("linkat", errno);
        Unlink(name);
    }

    private bool IsOneFile(string name, SafeFileHandle target, string targetName) =>
        LinuxCalls.Stat(handle, name, LinuxCalls.NoFollow, out var one) == 0
        && LinuxCalls.Stat(target, targetName, LinuxCalls.NoFollow, out var other) == 0
        && one.IsSame(other);

    private static void Check(string call, int errno)
    {
        if (errno != 0)
            throw new PosixException(call, errno);
    }
}
