using Microsoft.Win32.SafeHandles;

namespace RemoteStore.Local;

/// <summary>The root of the files and its settings.</summary>
/// <param name="Path">The absolute path, without a trailing separator unless it is the root of the file system.</param>
/// <param name="Create">Whether to create it when it does not exist.</param>
/// <param name="Durability">How changes are synced.</param>
internal sealed record LocalRoot(string Path, bool Create, Durability Durability)
{
    /// <summary>The permissions of new files and folders.</summary>
    internal NewModes Modes { get; init; } = new(null, null);

    /// <summary>Creates the folder and syncs each new name on the way to it.</summary>
    internal void Make()
    {
        if (!Create)
            throw new NotFoundException("The root folder does not exist.") { NativeCode = "ENOENT" };
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
/// The few file-system calls from which the driver is built. Keys are canonical; no key ever leads out of the root. Failures are native
/// exceptions (<see cref="PosixException"/> or those of System.IO) unless stated otherwise.
/// </summary>
internal abstract class LocalFiles(LocalRoot root) : IDisposable
{
    internal LocalRoot Root => root;

    /// <summary>The best available implementation: by folder handles where the kernel resolves paths beneath one, else by path.</summary>
    internal static LocalFiles Choose(LocalRoot root) => LinuxFiles.IsSupported ? new LinuxFiles(root) : new PortableFiles(root);

    /// <summary>The entry at a key, links followed; null if none exists, also below a file.</summary>
    internal abstract LocalStat? Stat(string key);

    /// <summary>Opens the entry at a key, links followed; never waits for the other end of a pipe.</summary>
    internal abstract (SafeFileHandle Handle, LocalStat Stat) OpenRead(string key);

    /// <summary>Whether any entry has the name; a link counts by itself.</summary>
    internal abstract bool HasName(string key);

    /// <summary>Opens a folder; creates it and its parents if requested.</summary>
    /// <returns>The folder; null if it does not exist or is not a folder, and is not to be created.</returns>
    internal abstract LocalFolder? OpenFolder(string key, bool create);

    /// <summary>Called when a cursor of a folder will not be used again.</summary>
    internal virtual void ReleaseCursor(string folder, string cursor) { }

    /// <summary>The facts of an opened file.</summary>
    internal abstract LocalStat StatOf(SafeFileHandle handle);

    /// <summary>Whether no link leads a call out of the root, even if links change concurrently.</summary>
    internal abstract bool IsContained { get; }

    /// <summary>Sets the modification time. File systems round it to their resolution.</summary>
    /// <param name="handle">The opened file.</param>
    /// <param name="ticks">100 ns units since the Unix epoch.</param>
    internal abstract void Stamp(SafeFileHandle handle, long ticks);

    /// <summary>Appends the remainder of one file to another.</summary>
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

    /// <summary>Whether the file system supports no hard links, or no further ones for this file.</summary>
    internal static bool CannotLink(int errno) =>
        Errno.NameOf(errno) is "EPERM" or "EOPNOTSUPP" or "ENOSYS" or "EMLINK" or "EXDEV" or "EINVAL";

    /// <summary>Whether a mark failed because its name exists, or because its folder was deleted after it was opened.</summary>
    internal static bool CannotMark(int errno) => errno is Errno.Exists or Errno.NoEntry;

    public virtual void Dispose() { }
}

/// <summary>An opened folder. Names are single segments; links are never followed.</summary>
internal abstract class LocalFolder : IDisposable
{
    /// <summary>The keys of the folders that were created to open this one.</summary>
    internal IReadOnlyList<string> Made { get; init; } = [];

    /// <summary>The entry with a name; null if none exists.</summary>
    internal abstract LocalStat? Stat(string name);

    /// <summary>Creates a file that must not exist yet, for writing. Only its owner may read it until its rights are set.</summary>
    internal abstract SafeFileHandle Create(string name);

    /// <summary>
    /// Renames a file in one step. If it must not replace, the file system decides: it fails with EEXIST and never replaces.
    /// </summary>
    internal abstract void Rename(string name, LocalFolder target, string targetName, bool replace);

    /// <summary>Gives a file a second name.</summary>
    /// <returns>False where the file system does not support it.</returns>
    internal abstract bool TryLink(string name, LocalFolder target, string targetName);

    /// <summary>Reopens a staged file for reading, and by default also for writing; a link is not followed.</summary>
    internal abstract SafeFileHandle Reopen(string name, bool write = true);

    /// <summary>Opens a file for reading; a link is not followed.</summary>
    /// <returns>Null when it does not exist, or must not be read.</returns>
    internal abstract SafeFileHandle? TryOpen(string name);

    /// <summary>The permissions and attributes of a file; null where the system has none, or the file does not exist.</summary>
    internal abstract FileRights? RightsOf(string name);

    /// <summary>The rights of a new file in this folder; null where the system has none.</summary>
    internal abstract FileRights? RightsOfNew();

    /// <summary>Sets the rights with which a staged file is published.</summary>
    internal void SetRights(string name, FileRights? rights)
    {
        if (rights is null)
            return;
        using var file = Reopen(name, write: false);
        rights.ApplyTo(file);
    }

    /// <summary>Creates a name that holds a text, in one step and only if the name is free.</summary>
    /// <returns>Whether it was created; false where the name exists, or the folder was deleted concurrently.</returns>
    internal abstract bool TryMark(string name, string text);

    /// <summary>The text of a mark; null when there is none.</summary>
    internal abstract string? ReadMark(string name);

    /// <summary>Removes a name that is not a folder.</summary>
    internal abstract void Unlink(string name);

    /// <summary>Removes an empty folder.</summary>
    internal abstract void RemoveFolder(string name);

    /// <summary>Reads names in the folder's own order.</summary>
    /// <param name="cursor">Where to resume; null for the start.</param>
    /// <param name="limit">The maximum number of names.</param>
    /// <returns>The names; fewer than the limit only at the end.</returns>
    internal abstract IReadOnlyList<LocalName> Read(string? cursor, int limit);

    /// <summary>Makes changes of names durable.</summary>
    internal abstract void Sync();

    public abstract void Dispose();
}
