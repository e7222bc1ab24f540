using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>Maps errors of the file system to those of the contract.</summary>
internal static class LocalErrors
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    internal static RemoteStoreException? Classify(Exception exception, DriverOperation operation) =>
        exception switch
        {
            // Typed already (and an IOException by inheritance): not classified again.
            RemoteStoreException => null,
            PosixException { Call: "openat2", Code: "EXDEV" } => new InvalidPathException(
                "A symbolic link in the path leads out of the root.",
                inner: exception
            )
            {
                NativeCode = "EXDEV",
            },
            PosixException e => FromCode(e.Code, operation, e),
            FileNotFoundException or DirectoryNotFoundException => FromCode("ENOENT", operation, exception),
            PathTooLongException => FromCode("ENAMETOOLONG", operation, exception),
            UnauthorizedAccessException => FromCode("EACCES", operation, exception),
            IOException { HResult: WindowsSharingViolation } => new ResourceLockedException(
                "Another process has the file open.",
                inner: exception
            ),
            IOException e => FromCode(e.HResult is > 0 and < 256 ? Errno.NameOf(e.HResult) : "EIO", operation, e),
            ObjectDisposedException => StorageErrors.ClosedDuringCall(inner: exception),
            _ => null,
        };

    private static RemoteStoreException FromCode(string code, DriverOperation operation, Exception inner)
    {
        var (kind, text) = Meaning(code, IsWrite(operation));
        var transient = kind == RemoteErrorKind.BackendUnavailable;
        return RemoteStoreException.Create(
            kind,
            text,
            inner: inner,
            details: new ErrorDetails { NativeCode = code, IsTransient = transient }
        );
    }

    private static (RemoteErrorKind Kind, string Text) Meaning(string code, bool isWrite) =>
        code switch
        {
            "ENOENT" => (RemoteErrorKind.NotFound, StorageErrors.NoFile),
            "ENOTDIR" when isWrite => (RemoteErrorKind.InvalidPath, StorageErrors.ParentIsFile),
            "ENOTDIR" => (RemoteErrorKind.NotFound, StorageErrors.NoFileBelowFile),
            "EACCES" or "EPERM" or "EROFS" => (RemoteErrorKind.PermissionDenied, "The file system denied access."),
            "EEXIST" => (RemoteErrorKind.AlreadyExists, "An entry already exists at the path."),
            "EISDIR" => (RemoteErrorKind.InvalidPath, StorageErrors.Folder),
            "ENOTEMPTY" => (RemoteErrorKind.FolderNotEmpty, "The folder is not empty."),
            "ENAMETOOLONG" => (RemoteErrorKind.InvalidPath, "The path is too long for the file system."),
            "ELOOP" => (RemoteErrorKind.InvalidPath, "The path contains a loop of symbolic links."),
            "ENXIO" or "ENODEV" => (RemoteErrorKind.InvalidPath, "The path is neither a file nor a folder."),
            "EMFILE" or "ENFILE" or "EAGAIN" or "ENOMEM" => (
                RemoteErrorKind.BackendUnavailable,
                "The system has run out of handles or memory."
            ),
            "ESTALE" or "ETIMEDOUT" => (RemoteErrorKind.BackendUnavailable, "The file system lost the file or did not respond in time."),
            "EBUSY" or "ETXTBSY" => (RemoteErrorKind.ResourceLocked, "The file or folder is in use."),
            "ENOSPC" => (RemoteErrorKind.Other, "The disk is full."),
            "EDQUOT" => (RemoteErrorKind.Other, "The disk quota is exceeded."),
            "EFBIG" => (RemoteErrorKind.Other, "The file is too large for the file system."),
            "EXDEV" => (RemoteErrorKind.Other, "The two paths are on different file systems. Copy and delete instead."),
            "EIO" => (RemoteErrorKind.Other, "The file system reported an I/O error."),
            _ => (RemoteErrorKind.Other, "The file system reported an error."),
        };

    private static bool IsWrite(DriverOperation operation) => operation is DriverOperation.Stage or DriverOperation.Commit;
}
