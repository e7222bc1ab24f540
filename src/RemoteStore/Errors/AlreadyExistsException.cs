namespace RemoteStore;

/// <summary>A file exists at the target and the call does not allow replacing it.</summary>
public sealed class AlreadyExistsException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public AlreadyExistsException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.AlreadyExists, message, path, backend, inner) { }
}
