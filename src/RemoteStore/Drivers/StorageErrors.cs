namespace RemoteStore.Drivers;

/// <summary>
/// The errors that all backends share, with one text each. A driver throws these, so that callers read the same sentence whatever the
/// backend.
/// </summary>
public static class StorageErrors
{
    internal const string NoFile = "No file exists at the path.";
    internal const string NoFileBelowFile = "No file exists at the path: a part of the path is a file.";
    internal const string Folder = "The path is a folder; a file was expected.";
    internal const string ParentIsFile = "A part of the path is a file; a folder was expected.";
    internal const string Exists = "The file already exists. Set Overwrite to replace it.";

    internal const string NoStaged = "The staged content does not exist: it was committed, aborted or has expired. Write the file again.";

    /// <summary>No file exists at the path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    /// <param name="inner">The cause.</param>
    public static NotFoundException NotFound(string path, string? backend = null, Exception? inner = null) =>
        new(NoFile, path, backend, inner);

    /// <summary>A file exists, and the call does not allow it to be replaced.</summary>
    /// <param name="path">The path.</param>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    /// <param name="inner">The cause.</param>
    public static AlreadyExistsException AlreadyExists(string path, string? backend = null, Exception? inner = null) =>
        new(Exists, path, backend, inner);

    /// <summary>The path is a folder, and the call needs a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    public static InvalidPathException IsFolder(string path, string? backend = null) => new(Folder, path, backend);

    /// <summary>A file is in the place of a folder of the path, so that nothing can be created below it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    public static InvalidPathException ParentIsNoFolder(string path, string? backend = null) => new(ParentIsFile, path, backend);

    /// <summary>
    /// Staged content was committed, aborted or cleaned up, or never existed, or has fewer bytes than the caller has sent.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    /// <param name="inner">The cause.</param>
    public static NotFoundException NotStaged(string path, string? backend = null, Exception? inner = null) =>
        new(NoStaged, path, backend, inner);

    /// <summary>The backend was closed before the call; it does not open again.</summary>
    /// <param name="path">The path.</param>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    /// <param name="inner">The cause.</param>
    public static BackendUnavailableException Closed(string? path = null, string? backend = null, Exception? inner = null) =>
        new("The backend is closed. Create a new one.", path, backend, inner)
        {
            Code = ErrorCodes.Closed,
            IsTransient = false,
            RefusedBeforeExecution = true,
        };

    /// <summary>The backend was closed during the call, which may have been applied.</summary>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    /// <param name="inner">The cause.</param>
    public static BackendUnavailableException ClosedDuringCall(string? backend = null, Exception? inner = null) =>
        new("The backend was closed during the call, which may have been applied.", null, backend, inner)
        {
            Code = ErrorCodes.Closed,
            IsTransient = false,
        };

    /// <summary>The response to a change was lost, and the backend does not show whether it was applied.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path.</param>
    /// <param name="backend">The backend's name; null lets the caller of the driver fill it in.</param>
    /// <param name="inner">The cause.</param>
    public static BackendUnavailableException OutcomeUnknown(
        string message,
        string path,
        string? backend = null,
        Exception? inner = null
    ) => new(message, path, backend, inner) { Code = ErrorCodes.OutcomeUnknown, IsTransient = false };
}
