using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>Where the files lie and how they are treated.</summary>
/// <param name="Path">The absolute path, without a separator at its end unless it is the root of the file system.</param>
/// <param name="Create">Whether it is made when absent.</param>
/// <param name="Durability">How changes are synced.</param>
internal sealed record LocalRoot(string Path, bool Create, Durability Durability)
{
    /// <summary>The permissions of what is new.</summary>
    internal NewModes Modes { get; init; } = new(null, null);

    /// <summary>Makes the folder and syncs each new name on the way to it.</summary>
    internal void Make()
    {
        if (!Create)
            throw new NotFoundException("The root folder is absent.") { NativeCode = "ENOENT" };
        var fresh = new Stack<string>();
        for (var path = Path; path is not null && !Directory.Exists(path); path = System.IO.Path.GetDirectoryName(path))
            fresh.Push(path);
        Directory.CreateDirectory(Path);
        foreach (var path in fresh)
        {
            if (Modes.Folder is { } mode && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, (UnixFileMode)mode);
        }

        foreach (var path in fresh)
            Durability.SyncFolder(System.IO.Path.GetDirectoryName(path)!);
    }

    internal static InvalidPathException IsNoFolder() => new("The root is not a folder.") { NativeCode = "ENOTDIR" };
}

/// <summary>
/// The few calls to the file system the driver is built from. Keys are canonical; no key ever leads out of the root. Failures are native
/// exceptions (<see cref="PosixException"/> or those of System.IO) unless said otherwise.
/// </summary>
internal abstract class LocalFiles(LocalRoot root) : IDisposable
{
    internal LocalRoot Root => root;

    /// <summary>The best implementation here: by folder handles where the kernel resolves paths beneath one, else by path.</summary>
    internal static LocalFiles Choose(LocalRoot root) => LinuxFiles.IsSupported ? new LinuxFiles(root) : new PortableFiles(root);

    /// <summary>What exists at a key, links followed; null for nothing, also below a file.</summary>
    internal abstract LocalStat? Stat(string key);

    /// <summary>Opens what exists at a key, links followed; never waits for the other end of a pipe.</summary>
    internal abstract (SafeFileHandle Handle, LocalStat Stat) OpenRead(string key);

    /// <summary>Whether anything bears the name; a link counts by itself.</summary>
    internal abstract bool HasName(string key);

    /// <summary>Opens a folder, with the folders above it made if asked to.</summary>
    /// <returns>The folder; null if it is absent or no folder and is not to be made.</returns>
    internal abstract LocalFolder? OpenFolder(string key, bool create);

    /// <summary>Called when a cursor of a folder will not be used.</summary>
    internal virtual void ReleaseCursor(string folder, string cursor) { }

    /// <summary>What an opened file is.</summary>
    internal abstract LocalStat StatOf(SafeFileHandle handle);

    /// <summary>Whether no link leads a call out of the root, even when links change at the same moment.</summary>
    internal abstract bool IsContained { get; }

    /// <summary>Sets when the content changed. File systems round it to what they keep.</summary>
    /// <param name="handle">The opened file.</param>
    /// <param name="ticks">100 ns units since the Unix epoch.</param>
    internal abstract void Stamp(SafeFileHandle handle, long ticks);

    /// <summary>Appends all that is left of one file to another.</summary>
    internal virtual void CopyContent(SafeFileHandle from, SafeFileHandle to, CancellationToken cancellationToken)
    {
        var buffer = new byte[StreamIO.BlockSize];
        long offset = 0;
        int count;
        while ((count = RandomAccess.Read(from, buffer, offset)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomAccess.Write(to, buffer.AsSpan(0, count), offset);
            offset += count;
        }
    }

    /// <summary>The errors of file systems that have no hard links, or allow no further one for this file.</summary>
    internal static bool CannotLink(int errno) =>
        Errno.NameOf(errno) is "EPERM" or "EOPNOTSUPP" or "ENOSYS" or "EMLINK" or "EXDEV" or "EINVAL";

    /// <summary>Whether a mark was refused because its name is taken, or because its folder was deleted after it was opened.</summary>
    internal static bool CannotMark(int errno) => errno is Errno.Exists or Errno.NoEntry;

    public virtual void Dispose() { }
}

/// <summary>An opened folder. Names are single segments and are never followed when they are links.</summary>
internal abstract class LocalFolder : IDisposable
{
    /// <summary>The keys of the folders that were made to open this one.</summary>
    internal IReadOnlyList<string> Made { get; init; } = [];

    /// <summary>What exists at a name; null for nothing.</summary>
    internal abstract LocalStat? Stat(string name);

    /// <summary>Makes a file that must not exist yet, for writing. Only its owner may read it until it gets other rights.</summary>
    internal abstract SafeFileHandle Create(string name);

    /// <summary>
    /// Gives a file another name in one step. If it may not replace, the file system decides: it fails with EEXIST and never replaces.
    /// </summary>
    internal abstract void Rename(string name, LocalFolder target, string targetName, bool replace);

    /// <summary>Gives a file another name next to the one it has.</summary>
    /// <returns>False where the file system has no such names.</returns>
    internal abstract bool TryLink(string name, LocalFolder target, string targetName);

    /// <summary>Opens a staged file again, for reading, and for writing too unless said otherwise; a link is not followed.</summary>
    internal abstract SafeFileHandle Reopen(string name, bool write = true);

    /// <summary>Opens a file for reading; a link is not followed.</summary>
    /// <returns>Null when it is gone, or must not be read.</returns>
    internal abstract SafeFileHandle? TryOpen(string name);

    /// <summary>Who may do what with a file; null where the system has no such rights, or the file is gone.</summary>
    internal abstract FileRights? RightsOf(string name);

    /// <summary>The rights of a new file in this folder; null where the system has none.</summary>
    internal abstract FileRights? RightsOfNew();

    /// <summary>Gives a staged file the rights that it is published with.</summary>
    internal void SetRights(string name, FileRights? rights)
    {
        if (rights is null)
            return;
        using var file = Reopen(name, write: false);
        rights.ApplyTo(file);
    }

    /// <summary>Makes a name that holds a text, in one step and only if the name is free.</summary>
    /// <returns>Whether it was made: not where the name is taken, nor where the folder was deleted in the meantime.</returns>
    internal abstract bool TryMark(string name, string text);

    /// <summary>The text of a mark; null when there is none.</summary>
    internal abstract string? ReadMark(string name);

    /// <summary>Removes a name that is no folder.</summary>
    internal abstract void Unlink(string name);

    /// <summary>Removes an empty folder.</summary>
    internal abstract void RemoveFolder(string name);

    /// <summary>Reads names in the folder's own order.</summary>
    /// <param name="cursor">Where to resume; null for the start.</param>
    /// <param name="limit">How many names at most.</param>
    /// <returns>The names; fewer than the limit at the end only.</returns>
    internal abstract IReadOnlyList<LocalName> Read(string? cursor, int limit);

    /// <summary>Makes changes of names durable.</summary>
    internal abstract void Sync();

    public abstract void Dispose();
}
