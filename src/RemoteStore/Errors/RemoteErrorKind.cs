namespace RemoteStore;

/// <summary>The kinds of failure that a store reports; each has one exception type.</summary>
public enum RemoteErrorKind
{
    /// <summary>A mapped failure with no more specific class (<see cref="RemoteStoreException"/> itself).</summary>
    Other = 0,

    /// <summary><see cref="NotFoundException"/>.</summary>
    NotFound = 1,

    /// <summary><see cref="AlreadyExistsException"/>.</summary>
    AlreadyExists = 2,

    /// <summary><see cref="PermissionDeniedException"/>.</summary>
    PermissionDenied = 3,

    /// <summary><see cref="InvalidPathException"/>.</summary>
    InvalidPath = 4,

    /// <summary><see cref="CapabilityNotSupportedException"/>.</summary>
    CapabilityNotSupported = 5,

    /// <summary><see cref="BackendUnavailableException"/>.</summary>
    BackendUnavailable = 6,

    /// <summary><see cref="FolderNotEmptyException"/>.</summary>
    FolderNotEmpty = 7,

    /// <summary><see cref="ResourceLockedException"/>.</summary>
    ResourceLocked = 8,

    /// <summary><see cref="PreconditionFailedException"/>.</summary>
    PreconditionFailed = 9,
}
