using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// Whether a file that is (or is not) there satisfies the conditions of a call: the one reading of IfMatch, IfNoneMatch and overwrite.
/// </summary>
public static class Conditions
{
    /// <summary>What is wrong with a write on this target; null when nothing is.</summary>
    /// <param name="target">The file at the path; null for none.</param>
    /// <param name="options">The write.</param>
    /// <param name="path">The path to name.</param>
    /// <param name="backend">The backend to name.</param>
    public static RemoteStoreException? Failure(RemoteFileInfo? target, WriteOptions options, string path, string? backend)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.IfMatch is { } wanted)
            return Matches(target, wanted)
                ? null
                : Failed("The file's ETag does not match IfMatch, or the file does not exist. Read it again.", path, backend);
        if (target is null || options.Overwrite)
            return null;
        return StorageErrors.AlreadyExists(path, backend);
    }

    /// <summary>What is wrong with a delete, move or copy of this file; null when nothing is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="ifMatch">The condition; null for none.</param>
    /// <param name="path">The path to name.</param>
    /// <param name="backend">The backend to name.</param>
    public static RemoteStoreException? Failure(RemoteFileInfo? file, string? ifMatch, string path, string? backend) =>
        ifMatch is null || Matches(file, ifMatch)
            ? null
            : Failed("The file's ETag does not match IfMatch, or the file does not exist. Read it again.", path, backend);

    private static bool Matches(RemoteFileInfo? file, string wanted) =>
        file is not null && (wanted == WriteOptions.Any || wanted == file.ETag);

    private static PreconditionFailedException Failed(string condition, string path, string? backend) => new(condition, path, backend);
}
