namespace RemoteStore;

/// <summary>No file or folder exists at the path, or the container (bucket, root folder) does not exist.</summary>
public sealed class NotFoundException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public NotFoundException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.NotFound, message, path, backend, inner) { }
}
