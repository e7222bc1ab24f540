namespace RemoteStore;

/// <summary>The backend could not be reached, did not answer in time, is too busy, or has been closed. Transient unless it was closed.</summary>
public sealed class BackendUnavailableException : RemoteStoreException
{
    /// <summary>
    /// The <see cref="RemoteStoreException.NativeCode"/> of a change whose outcome cannot be told: an answer was lost, and what is there now does not
    /// show whether the change happened. Not transient: making the call again does not help; look at the file and decide.
    /// </summary>
    public const string OutcomeUnknown = "OutcomeUnknown";

    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    public BackendUnavailableException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : base(RemoteErrorKind.BackendUnavailable, message, path, backend, inner)
    {
        IsTransient = true;
    }

    /// <summary>A change whose outcome cannot be told (<see cref="OutcomeUnknown"/>).</summary>
    internal static BackendUnavailableException OfUnknownOutcome(string message, string path, string? backend = null, Exception? inner = null) =>
        new(message, path, backend, inner) { NativeCode = OutcomeUnknown, IsTransient = false };
}
