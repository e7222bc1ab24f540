namespace RemoteStore;

/// <summary>How to delete a folder.</summary>
public sealed record DeleteFolderOptions
{
    /// <summary>Only an empty folder; fail when it is missing.</summary>
    public static DeleteFolderOptions Default { get; } = new();

    /// <summary>Whether everything below goes too; default false: <see cref="FolderNotEmptyException"/>.</summary>
    public bool Recursive { get; init; }

    /// <summary>Whether a missing folder is fine; default false: <see cref="NotFoundException"/>. Never tolerates a file.</summary>
    public bool IgnoreMissing { get; init; }
}
