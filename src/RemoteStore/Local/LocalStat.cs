using System.Globalization;

namespace RemoteStore.Local;

/// <summary>The kinds of names in a folder.</summary>
internal enum LocalKind
{
    Unknown,
    File,
    Folder,
    Link,

    /// <summary>A pipe, socket or device: never opened, never listed.</summary>
    Special,
}

/// <summary>The facts of a name in the file system.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="ModifiedTicks">The modification time: 100 ns units since the Unix epoch.</param>
/// <param name="ModifiedRest">The nanoseconds below that, 0 to 99.</param>
/// <param name="Inode">The number of the file within its device; 0 where unknown.</param>
/// <param name="Device">The device; 0 where unknown.</param>
internal readonly record struct LocalStat(
    LocalKind Kind,
    long Size,
    long ModifiedTicks,
    int ModifiedRest = 0,
    ulong Inode = 0,
    ulong Device = 0
)
{
    internal bool IsFile => Kind == LocalKind.File;

    internal DateTimeOffset LastModified => NativeTime.Of(ModifiedTicks);

    internal string ETag => string.Create(CultureInfo.InvariantCulture, $"{Inode:x}-{ModifiedTicks:x}.{ModifiedRest:x}-{Size:x}");

    /// <summary>Whether both are one file: false where that is unknown.</summary>
    internal bool IsSame(LocalStat other) => Inode != 0 && Inode == other.Inode && Device == other.Device;

    // The change time is left out: publishing by link or rename alters it, and the result of a write must equal the file info after it.
    internal RemoteFileInfo ToInfo(string key) => new(key, Size) { LastModified = LastModified, ETag = ETag };
}

/// <summary>A name as a folder returns it, before any check.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">Its kind, if the folder returns it.</param>
/// <param name="Cursor">Where reading the folder resumes after it.</param>
internal readonly record struct LocalName(string Name, LocalKind Kind, string Cursor);
