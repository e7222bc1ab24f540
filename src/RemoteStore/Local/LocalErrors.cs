using RemoteStore.Drivers;

namespace RemoteStore.Local;

/// <summary>The one map from errors of the file system to those of the contract.</summary>
internal static class LocalErrors
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    internal static RemoteStoreException? Classify(Exception exception, DriverOperation operation) =>
        exception switch
        {
            // Typed already (and an IOException by inheritance): never classified again.
            RemoteStoreException => null,
            PosixException { Call: "openat2", Code: "EXDEV" } => new InvalidPathException(
                "A link of the path leads out of the root.",
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
            "EACCES" or "EPERM" or "EROFS" => (RemoteErrorKind.PermissionDenied, "The file system refused the access."),
            "EEXIST" => (RemoteErrorKind.AlreadyExists, "Something exists at the path already."),
            "EISDIR" => (RemoteErrorKind.InvalidPath, StorageErrors.Folder),
            "ENOTEMPTY" => (RemoteErrorKind.FolderNotEmpty, "The folder has contents."),
            "ENAMETOOLONG" => (RemoteErrorKind.InvalidPath, "The path is too long for the file system."),
            "ELOOP" => (RemoteErrorKind.InvalidPath, "The path has a loop of links."),
            "ENXIO" or "ENODEV" => (RemoteErrorKind.InvalidPath, "The path names neither a file nor a folder."),
            "EMFILE" or "ENFILE" or "EAGAIN" or "ENOMEM" => (
                RemoteErrorKind.BackendUnavailable,
                "The system has run out of handles or memory."
            ),
            "ESTALE" or "ETIMEDOUT" => (RemoteErrorKind.BackendUnavailable, "The file system lost the file or did not answer in time."),
            "EBUSY" or "ETXTBSY" => (RemoteErrorKind.ResourceLocked, "The file or folder is in use."),
            "ENOSPC" => (RemoteErrorKind.Other, "The disk is full."),
            "EDQUOT" => (RemoteErrorKind.Other, "The quota of the disk is used up."),
            "EFBIG" => (RemoteErrorKind.Other, "The file is too large for the file system."),
            "EXDEV" => (RemoteErrorKind.Other, "The two paths lie on different file systems: copy and delete instead."),
            "EIO" => (RemoteErrorKind.Other, "The file system reported a fault."),
            _ => (RemoteErrorKind.Other, "The file system reported an error."),
        };

    private static bool IsWrite(DriverOperation operation) => operation is DriverOperation.Stage or DriverOperation.Commit;
}
