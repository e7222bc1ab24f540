namespace RemoteStore;

/// <summary>
/// The path is malformed, names the root where a file is needed, or names the wrong type (a file operation on a folder, a folder operation
/// on a file).
/// </summary>
public sealed class InvalidPathException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public InvalidPathException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.InvalidPath, message, path, backend, inner) { }
}
