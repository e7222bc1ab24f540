namespace RemoteStore.Grains;

/// <summary>How a member of the error family crosses the wire.</summary>
/// <typeparam name="T">The member.</typeparam>
public abstract class ErrorConverter<T> : IConverter<T, WireError>
    where T : RemoteStoreException
{
    /// <inheritdoc/>
    public T ConvertFromSurrogate(in WireError surrogate) => (T)surrogate.ToException();

    /// <inheritdoc/>
    public WireError ConvertToSurrogate(in T value) => WireError.From(value);
}

/// <summary>For the base of the family.</summary>
[RegisterConverter]
public sealed class RemoteStoreErrorConverter : ErrorConverter<RemoteStoreException>;

/// <summary>For <see cref="NotFoundException"/>.</summary>
[RegisterConverter]
public sealed class NotFoundConverter : ErrorConverter<NotFoundException>;

/// <summary>For <see cref="AlreadyExistsException"/>.</summary>
[RegisterConverter]
public sealed class AlreadyExistsConverter : ErrorConverter<AlreadyExistsException>;

/// <summary>For <see cref="PermissionDeniedException"/>.</summary>
[RegisterConverter]
public sealed class PermissionDeniedConverter : ErrorConverter<PermissionDeniedException>;

/// <summary>For <see cref="InvalidPathException"/>.</summary>
[RegisterConverter]
public sealed class InvalidPathConverter : ErrorConverter<InvalidPathException>;

/// <summary>For <see cref="CapabilityNotSupportedException"/>.</summary>
[RegisterConverter]
public sealed class CapabilityNotSupportedConverter : ErrorConverter<CapabilityNotSupportedException>;

/// <summary>For <see cref="BackendUnavailableException"/>.</summary>
[RegisterConverter]
public sealed class BackendUnavailableConverter : ErrorConverter<BackendUnavailableException>;

/// <summary>For <see cref="FolderNotEmptyException"/>.</summary>
[RegisterConverter]
public sealed class DirectoryNotEmptyConverter : ErrorConverter<FolderNotEmptyException>;

/// <summary>For <see cref="ResourceLockedException"/>.</summary>
[RegisterConverter]
public sealed class ResourceLockedConverter : ErrorConverter<ResourceLockedException>;

/// <summary>For <see cref="PreconditionFailedException"/>.</summary>
[RegisterConverter]
public sealed class PreconditionFailedConverter : ErrorConverter<PreconditionFailedException>;
