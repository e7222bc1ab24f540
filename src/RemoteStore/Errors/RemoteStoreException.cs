using System.Text;

namespace RemoteStore;

/// <summary>
/// The base of every failure that a store, a backend or a bridge reports. It is an <see cref="IOException"/>, so code that handles I/O
/// failures of a returned stream catches it too.
/// </summary>
/// <remarks>
/// Argument errors are <see cref="ArgumentException"/>, cancellation is <see cref="OperationCanceledException"/>. Exceptions thrown by the
/// caller's own code (a content source) pass unchanged. None of these is wrapped.
/// </remarks>
public class RemoteStoreException : IOException
{
    private readonly string _detail;

    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened; an empty text is replaced by the type name of the cause.</param>
    /// <param name="path">The path of the operation, relative to the thrower.</param>
    /// <param name="backend">The name of the backend.</param>
    /// <param name="inner">The native failure, if any.</param>
    public RemoteStoreException(string message, string? path = null, string? backend = null, Exception? inner = null)
        : this(RemoteErrorKind.Other, message, path, backend, inner) { }

    private protected RemoteStoreException(RemoteErrorKind kind, string message, string? path, string? backend, Exception? inner)
        : base(null, inner)
    {
        Kind = kind;
        _detail = string.IsNullOrWhiteSpace(message) ? inner?.GetType().Name ?? kind.ToString() : message;
        Path = path;
        Backend = backend;
    }

    /// <summary>The kind of failure.</summary>
    public RemoteErrorKind Kind { get; }

    /// <summary>The path concerned, relative to the store or backend that was called; null for none.</summary>
    public string? Path { get; private set; }

    /// <summary>The name of the backend that failed; null when the failure occurred before a backend was chosen.</summary>
    public string? Backend { get; private set; }

    /// <summary>
    /// What happened, as one of <see cref="ErrorCodes"/>; null where the kind is sufficient. A later version may add codes.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>The service's own code for the failure (an errno name, an HTTP status and error code), if it reported one.</summary>
    public string? NativeCode { get; init; }

    /// <summary>Whether the error is transient, i.e. whether retrying the same call later may succeed. Default false.</summary>
    public bool IsTransient { get; init; }

    /// <summary>
    /// True when the call was rejected before it was executed (throttled, queue full, circuit open), so that a retry cannot apply it twice.
    /// False after a lost response, a timeout or a broken connection.
    /// </summary>
    public bool RefusedBeforeExecution { get; init; }

    /// <summary>How long to wait before a retry; null when the backend does not specify it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The message without the path, backend and code that <see cref="Message"/> appends.</summary>
    public string Detail => _detail;

    /// <summary>The detail, then every attribute that is known.</summary>
    public override string Message
    {
        get
        {
            if (Path is null && Backend is null && Code is null && NativeCode is null)
                return _detail;
            var text = new StringBuilder(_detail);
            Append(text, "path", Path);
            Append(text, "backend", Backend);
            Append(text, "code", Code);
            Append(text, "native", NativeCode);
            return text.ToString();
        }
    }

    /// <summary>Creates the exception of the type that belongs to a kind.</summary>
    /// <param name="kind">The kind; an unknown one gives this base type.</param>
    /// <param name="message">What happened.</param>
    /// <param name="path">The path concerned.</param>
    /// <param name="backend">The backend concerned.</param>
    /// <param name="inner">The cause.</param>
    /// <param name="details">Codes and hints for retries; null for the defaults of the kind.</param>
    public static RemoteStoreException Create(
        RemoteErrorKind kind,
        string message,
        string? path = null,
        string? backend = null,
        Exception? inner = null,
        ErrorDetails? details = null
    )
    {
        var d = details ?? ErrorDetails.None;
        return kind switch
        {
            RemoteErrorKind.NotFound => new NotFoundException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
            },
            RemoteErrorKind.AlreadyExists => new AlreadyExistsException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
            },
            RemoteErrorKind.PermissionDenied => new PermissionDeniedException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
            },
            RemoteErrorKind.InvalidPath => new InvalidPathException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
            },
            RemoteErrorKind.CapabilityNotSupported => new CapabilityNotSupportedException(d.Capability, message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
            },
            RemoteErrorKind.BackendUnavailable => new BackendUnavailableException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
                IsTransient = d.IsTransient ?? true,
                RefusedBeforeExecution = d.RefusedBeforeExecution,
            },
            RemoteErrorKind.FolderNotEmpty => new FolderNotEmptyException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
            },
            RemoteErrorKind.ResourceLocked => new ResourceLockedException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
            },
            RemoteErrorKind.PreconditionFailed => new PreconditionFailedException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
            },
            _ => new RemoteStoreException(message, path, backend, inner)
            {
                Code = d.Code,
                NativeCode = d.NativeCode,
                RetryAfter = d.RetryAfter,
                IsTransient = d.IsTransient ?? false,
                RefusedBeforeExecution = d.RefusedBeforeExecution,
            },
        };
    }

    /// <summary>The same error for another path (a store reports paths relative to its own root).</summary>
    /// <param name="path">The path to show.</param>
    /// <returns>A new error of the same type whose cause is this one.</returns>
    public RemoteStoreException WithPath(string? path) => Create(Kind, Detail, path, Backend, this, ErrorDetails.Of(this));

    /// <summary>Fills in the path and backend if they are not set; what is already set stays.</summary>
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
