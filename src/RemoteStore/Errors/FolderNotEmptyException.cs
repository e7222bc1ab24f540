namespace RemoteStore;

/// <summary>The folder has contents and the delete is not recursive.</summary>
public sealed class FolderNotEmptyException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public FolderNotEmptyException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.FolderNotEmpty, message, path, backend, inner) { }
}
