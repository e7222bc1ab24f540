namespace RemoteStore;

/// <summary>The condition of the call (IfMatch) does not hold; nothing was changed.</summary>
public sealed class PreconditionFailedException : RemoteStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public PreconditionFailedException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.PreconditionFailed, message, path, backend, inner) { }
}
