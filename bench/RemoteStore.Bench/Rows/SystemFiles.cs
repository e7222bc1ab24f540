using System.Runtime.InteropServices;

namespace RemoteStore.Bench;

/// <summary>What a program would do with System.IO alone for the same result.</summary>
internal static partial class SystemFiles
{
    internal static (long Size, DateTime LastModified) Stat(string path)
    {
        var file = new FileInfo(path);
        return (file.Length, file.LastWriteTimeUtc);
    }

    internal static long List(string folder)
    {
        long total = 0;
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            total += entry is FileInfo file ? file.Length + file.LastWriteTimeUtc.Ticks + file.Name.Length : 0;
        return total;
    }

    /// <summary>The lookup for a record of the fence, which a read of a fenced backend owes.</summary>
    internal static T Fenced<T>(string path, T facts) =>
        File.Exists(RecordOf(path)) ? throw new IOException("There is no such record.") : facts;

    /// <summary>
    /// The promise of the backend's fenced write: besides all of <see cref="WriteAtomic"/>, a read of the file, a record that only one can
    /// make, another look, and the record's removal.
    /// </summary>
    internal static (long Size, DateTime LastModified) WriteFenced(string path, byte[] content)
    {
        var seen = Fenced(path, Stat(path));
        return WriteAtomic(
            path,
            content,
            () =>
            {
                File.CreateSymbolicLink(RecordOf(path), "staged");
                if (Stat(path) != seen)
                    throw new IOException("The file was changed.");
            },
            () => File.Delete(RecordOf(path))
        );
    }

    /// <summary>Staged, dated, asked for its facts, synced, renamed, its folder synced.</summary>
    internal static (long Size, DateTime LastModified) WriteAtomic(string path, byte[] content, Action? before = null, Action? after = null)
    {
        var staged = $"{path}.{Guid.NewGuid():N}";
        (long, DateTime) facts;
        using (var handle = File.OpenHandle(staged, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(handle, content, 0);
            File.SetLastWriteTimeUtc(handle, DateTime.UtcNow);
            facts = (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
            RandomAccess.FlushToDisk(handle);
        }

        before?.Invoke();
        File.Move(staged, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
        after?.Invoke();
        return facts;
    }

    private static string RecordOf(string path) => $"{path}.record";

    /// <summary>System.IO has no call for it.</summary>
    private static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Open(path, 0);
        _ = Sync(folder);
        _ = Close(folder);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
