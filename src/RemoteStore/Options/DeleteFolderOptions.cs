namespace RemoteStore;

/// <summary>How to delete a folder.</summary>
public sealed record DeleteFolderOptions
{
    /// <summary>Only an empty folder; fail when it is missing.</summary>
    public static DeleteFolderOptions Default { get; } = new();

    /// <summary>
    /// Whether the contents are deleted too; default false: a folder with contents fails with <see cref="FolderNotEmptyException"/>.
    /// </summary>
    public bool Recursive { get; init; }

    /// <summary>
    /// Whether a missing folder is ignored; default false: <see cref="NotFoundException"/>. A file at the path is never ignored.
    /// </summary>
    public bool IgnoreMissing { get; init; }
}
