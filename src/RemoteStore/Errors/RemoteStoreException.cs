using System.Text;

namespace RemoteStore;

/// <summary>
/// The base of every failure a store, a backend or a bridge reports. It is an <see cref="IOException"/>, so code that reads
/// a returned stream and handles I/O failures sees it as one.
/// </summary>
/// <remarks>
/// Argument mistakes are <see cref="ArgumentException"/>, cancellation is <see cref="OperationCanceledException"/>, and what
/// the caller's own code throws (a content source) arrives unchanged: none of these is wrapped.
/// </remarks>
public class RemoteStoreException : IOException
{
    private readonly string _detail;

    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened; a blank text is replaced by the name of the cause.</param>
    /// <param name="path">The path the operation named, relative to whoever throws.</param>
    /// <param name="backend">The name of the backend.</param>
    /// <param name="inner">The native failure, if there was one.</param>
    public RemoteStoreException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : this(RemoteErrorKind.Other, message, path, backend, inner)
    {
    }

    private protected RemoteStoreException(RemoteErrorKind kind, string message, string? path, string? backend, Exception? inner)
        : base(null, inner)
    {
        Kind = kind;
        _detail = string.IsNullOrWhiteSpace(message) ? inner?.GetType().Name ?? kind.ToString() : message;
        Path = path;
        Backend = backend;
    }

    /// <summary>Which member of the family this is.</summary>
    public RemoteErrorKind Kind { get; }

    /// <summary>The path concerned, relative to the store or backend that was called; null when none is.</summary>
    public string? Path { get; private set; }

    /// <summary>The name of the backend that failed; null when the failure came before any backend was chosen.</summary>
    public string? Backend { get; private set; }

    /// <summary>The backend's own code for the failure (an errno name, an HTTP status and error code), when it gave one.</summary>
    public string? NativeCode { get; init; }

    /// <summary>Whether the same call may succeed if it is made again later. False unless the backend says otherwise.</summary>
    public bool IsTransient { get; init; }

    /// <summary>
    /// Whether the call was certainly not executed (throttled, a queue was full, a breaker was open), so that making it again cannot do
    /// it twice. False unless whoever refused it says so: a lost answer, a timeout and a broken connection never do.
    /// </summary>
    public bool RefusedBeforeExecution { get; init; }

    /// <summary>How long the backend asks callers to wait before they try again; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The message without the path, backend and code that <see cref="Message"/> appends.</summary>
    public string Detail => _detail;

    /// <summary>The detail, then every attribute that is known.</summary>
    public override string Message
    {
        get
        {
            if (Path is null && Backend is null && NativeCode is null)
                return _detail;
            var text = new StringBuilder(_detail);
            Append(text, "path", Path);
            Append(text, "backend", Backend);
            Append(text, "code", NativeCode);
            return text.ToString();
        }
    }

    /// <summary>Creates the member of the family that belongs to <paramref name="kind"/>.</summary>
    /// <param name="kind">Which error.</param>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    /// <param name="nativeCode">The backend's own code.</param>
    /// <param name="isTransient">Whether a later try may succeed; null keeps the default of the kind.</param>
    /// <param name="retryAfter">How long to wait first.</param>
    /// <param name="capability">The missing capability, for <see cref="RemoteErrorKind.CapabilityNotSupported"/>.</param>
    /// <param name="refused">Whether the call was certainly not executed; kept by the kinds that can be transient.</param>
    public static RemoteStoreException Create(
        RemoteErrorKind kind, string message, string? path = null, string? backend = null, Exception? inner = null,
        string? nativeCode = null, bool? isTransient = null, TimeSpan? retryAfter = null, Capability capability = default, bool refused = false) => kind switch
        {
            RemoteErrorKind.NotFound => new NotFoundException(message, path, backend, inner) { NativeCode = nativeCode, RetryAfter = retryAfter },
            RemoteErrorKind.AlreadyExists => new AlreadyExistsException(message, path, backend, inner) { NativeCode = nativeCode, RetryAfter = retryAfter },
            RemoteErrorKind.PermissionDenied => new PermissionDeniedException(message, path, backend, inner) { NativeCode = nativeCode, RetryAfter = retryAfter },
            RemoteErrorKind.InvalidPath => new InvalidPathException(message, path, backend, inner) { NativeCode = nativeCode, RetryAfter = retryAfter },
            RemoteErrorKind.CapabilityNotSupported => new CapabilityNotSupportedException(capability, message, path, backend, inner) { NativeCode = nativeCode },
            RemoteErrorKind.BackendUnavailable => new BackendUnavailableException(message, path, backend, inner)
            {
                NativeCode = nativeCode,
                RetryAfter = retryAfter,
                IsTransient = isTransient ?? true,
                RefusedBeforeExecution = refused,
            },
            RemoteErrorKind.FolderNotEmpty => new FolderNotEmptyException(message, path, backend, inner) { NativeCode = nativeCode, RetryAfter = retryAfter },
            RemoteErrorKind.ResourceLocked => new ResourceLockedException(message, path, backend, inner) { NativeCode = nativeCode, RetryAfter = retryAfter },
            RemoteErrorKind.PreconditionFailed => new PreconditionFailedException(message, path, backend, inner) { NativeCode = nativeCode, RetryAfter = retryAfter },
            _ => new RemoteStoreException(message, path, backend, inner)
            {
                NativeCode = nativeCode,
                RetryAfter = retryAfter,
                IsTransient = isTransient ?? false,
                RefusedBeforeExecution = refused,
            },
        };

    /// <summary>The same error, told about another path (a store tells paths relative to its own root).</summary>
    /// <param name="path">The path to show.</param>
    /// <returns>A new error of the same type whose cause is this one's.</returns>
    public RemoteStoreException WithPath(string? path) => Create(
        Kind, Detail, path, Backend, this, NativeCode, IsTransient, RetryAfter, (this as CapabilityNotSupportedException)?.Capability ?? default,
        RefusedBeforeExecution);

    /// <summary>Fills in what the thrower did not know; what is already set stays.</summary>
    internal void Stamp(string? path, string backend)
    {
        Path ??= path;
        Backend ??= backend;
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append(' ').Append('[').Append(name).Append('=').Append(value).Append(']');
    }
}
