namespace RemoteStore.Grains;

/// <summary>Converts an error of the family to and from its wire format.</summary>
/// <typeparam name="T">The exception type.</typeparam>
public abstract class ErrorConverter<T> : IConverter<T, WireError>
    where T : RemoteStoreException
{
    /// <inheritdoc/>
    public T ConvertFromSurrogate(in WireError surrogate) => (T)surrogate.ToException();

    /// <inheritdoc/>
    public WireError ConvertToSurrogate(in T value) => WireError.From(value);
}

/// <summary>The converter of the base type.</summary>
[RegisterConverter]
public sealed class RemoteStoreErrorConverter : ErrorConverter<RemoteStoreException>;

/// <summary>The converter of <see cref="NotFoundException"/>.</summary>
[RegisterConverter]
public sealed class NotFoundConverter : ErrorConverter<NotFoundException>;

/// <summary>The converter of <see cref="AlreadyExistsException"/>.</summary>
[RegisterConverter]
public sealed class AlreadyExistsConverter : ErrorConverter<AlreadyExistsException>;

/// <summary>The converter of <see cref="PermissionDeniedException"/>.</summary>
[RegisterConverter]
public sealed class PermissionDeniedConverter : ErrorConverter<PermissionDeniedException>;

/// <summary>The converter of <see cref="InvalidPathException"/>.</summary>
[RegisterConverter]
public sealed class InvalidPathConverter : ErrorConverter<InvalidPathException>;

/// <summary>The converter of <see cref="CapabilityNotSupportedException"/>.</summary>
[RegisterConverter]
public sealed class CapabilityNotSupportedConverter : ErrorConverter<CapabilityNotSupportedException>;

/// <summary>The converter of <see cref="BackendUnavailableException"/>.</summary>
[RegisterConverter]
public sealed class BackendUnavailableConverter : ErrorConverter<BackendUnavailableException>;

/// <summary>The converter of <see cref="FolderNotEmptyException"/>.</summary>
[RegisterConverter]
public sealed class FolderNotEmptyConverter : ErrorConverter<FolderNotEmptyException>;

/// <summary>The converter of <see cref="ResourceLockedException"/>.</summary>
[RegisterConverter]
public sealed class ResourceLockedConverter : ErrorConverter<ResourceLockedException>;

/// <summary>The converter of <see cref="PreconditionFailedException"/>.</summary>
[RegisterConverter]
public sealed class PreconditionFailedConverter : ErrorConverter<PreconditionFailedException>;
