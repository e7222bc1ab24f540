using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>
/// The single mapping from exceptions of the SDK to typed errors: by status and code, never by text. The message of a service is
/// not passed on, because it may quote the request with its credentials; the request id is, for the operators of the service.
/// </summary>
internal static class S3Errors
{
    internal static RemoteStoreException? Classify(Exception exception, DriverOperation operation) =>
        exception switch
        {
            MalformedResponseException malformed => malformed.ToTyped(),
            AmazonUnmarshallingException => new MalformedResponseException("it could not be read", exception).ToTyped(),
            AmazonServiceException service => Service(service, operation),
            HttpRequestException or IOException or SocketException or TimeoutException => new BackendUnavailableException(
                "The service could not be reached, or the connection was lost.",
                inner: exception
            ),
            AmazonClientException when IsConnection(exception.InnerException) => new BackendUnavailableException(
                "The service could not be reached, or the connection was lost.",
                inner: exception
            ),
            AmazonClientException => new PermissionDeniedException("No usable credentials were found.", inner: exception),
            _ => null,
        };

    internal static BackendUnavailableException Unknown(string key) =>
        StorageErrors.OutcomeUnknown(
            "Outcome unknown: a response was lost and the current file does not show whether the change was applied. "
                + "Read the file before retrying.",
            key
        );

    internal static bool IsMissing(AmazonServiceException e) => StatusOf(e) == HttpStatusCode.NotFound;

    internal static bool IsMissingBucket(AmazonServiceException e) => e.ErrorCode == "NoSuchBucket";

    /// <summary>The multipart upload was completed or aborted, or never existed.</summary>
    internal static bool IsNoUpload(AmazonServiceException e) => e.ErrorCode == "NoSuchUpload";

    internal static bool IsRefused(AmazonServiceException e) => StatusOf(e) == HttpStatusCode.PreconditionFailed;

    /// <summary>
    /// The status of the response. If a response began successfully and then reported an error, the status that
    /// normally belongs to its code: completions and copies begin their responses before they are done.
    /// </summary>
    internal static HttpStatusCode StatusOf(AmazonServiceException e) =>
        e.StatusCode != HttpStatusCode.OK
            ? e.StatusCode
            : e.ErrorCode switch
            {
                "InternalError" => HttpStatusCode.InternalServerError,
                "ServiceUnavailable" or "SlowDown" => HttpStatusCode.ServiceUnavailable,
                "RequestTimeout" => HttpStatusCode.BadRequest,
                "PreconditionFailed" => HttpStatusCode.PreconditionFailed,
                "ConditionalRequestConflict" or "OperationAborted" => HttpStatusCode.Conflict,
                "NoSuchUpload" or "NoSuchKey" or "NoSuchBucket" => HttpStatusCode.NotFound,
                "AccessDenied" => HttpStatusCode.Forbidden,
                _ => e.StatusCode,
            };

    /// <summary>A concurrent conditional request was in flight: nothing was decided, and the same request may be retried.</summary>
    internal static bool IsConflict(AmazonServiceException e) =>
        StatusOf(e) == HttpStatusCode.Conflict && e.ErrorCode is "ConditionalRequestConflict" or "OperationAborted";

    /// <summary>The service refused the request before processing it.</summary>
    internal static bool IsThrottled(Exception exception) =>
        exception is AmazonServiceException e
        && (
            StatusOf(e) == HttpStatusCode.TooManyRequests
            || e.ErrorCode is "SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded"
        );

    /// <summary>Whether other requests would fail as well: the service cannot be reached, or throttles requests.</summary>
    internal static bool IsOfService(Exception exception) =>
        IsThrottled(exception) || (exception is not (AmazonServiceException or MalformedResponseException) && IsPassing(exception));

    /// <summary>Whether a retry may succeed. The outcome of the failed attempt is unknown, unless it was throttled.</summary>
    internal static bool IsPassing(Exception exception) =>
        exception switch
        {
            RemoteStoreException e => e.IsTransient,
            MalformedResponseException or AmazonUnmarshallingException => true,
            AmazonServiceException e => IsFailure(StatusOf(e)) || e.ErrorCode == "RequestTimeout" || IsThrottled(e),
            HttpRequestException or IOException or SocketException or TimeoutException => true,
            AmazonClientException e => IsConnection(e.InnerException),
            _ => false,
        };

    /// <summary>After a transient error: whether the service may have executed the request.</summary>
    internal static bool MayHaveHappened(Exception exception) =>
        !(exception is AmazonServiceException e && (IsConflict(e) || IsThrottled(e)));

    /// <summary>
    /// Whether the exception was thrown while the SDK parsed a response. Requests are validated before they are sent,
    /// so an exception that is neither the SDK's own nor one of the connection was caused by the bytes of the service.
    /// </summary>
    internal static bool IsUnreadable(Exception exception) =>
        exception
            is not (
                AmazonServiceException
                or AmazonClientException
                or OperationCanceledException
                or ObjectDisposedException
                or RemoteStoreException
                or MalformedResponseException
                or OutOfMemoryException
            )
        && !IsConnection(exception);

    /// <summary>While the content of a response is read: whether the bytes do not match what the service announced.</summary>
    internal static bool IsDamage(AmazonClientException e) => !IsConnection(e.InnerException);

    private static bool IsConnection(Exception? cause) =>
        cause is HttpRequestException or IOException or SocketException or TimeoutException or WebException;

    // 501 and 505 are permanent: the service does not support the request.
    private static bool IsFailure(HttpStatusCode status) =>
        (int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported);

    private static RemoteStoreException Service(AmazonServiceException e, DriverOperation operation)
    {
        var code = $"{(int)e.StatusCode} {e.ErrorCode}".TrimEnd();
        return StatusOf(e) switch
        {
            HttpStatusCode.NotFound when IsMissingBucket(e) || operation == DriverOperation.Probe => new NotFoundException(
                Said("The bucket does not exist.", e)
            )
            {
                NativeCode = code,
            },
            HttpStatusCode.NotFound when IsNoUpload(e) => new NotFoundException(Said(StorageErrors.NoStaged, e)) { NativeCode = code },
            HttpStatusCode.NotFound => new NotFoundException(Said(StorageErrors.NoFile, e)) { NativeCode = code },
            HttpStatusCode.PreconditionFailed => new PreconditionFailedException(
                Said("The file does not match a condition of the request.", e)
            )
            {
                NativeCode = code,
            },
            HttpStatusCode.Forbidden when e.ErrorCode == "InvalidObjectState" => Other(
                "The object is archived and must be restored first.",
                e,
                code
            ),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Denied(e, code),
            HttpStatusCode.BadRequest => BadRequest(e, code),
            HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported => new BackendUnavailableException(
                Said("The service does not support the request.", e)
            )
            {
                NativeCode = code,
                IsTransient = false,
            },
            _ when IsPassing(e) || IsConflict(e) => Unavailable(e, code),
            HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => Other(
                "The bucket is in another region, or at another endpoint. Set Region or Endpoint accordingly.",
                e,
                code
            ),
            _ => Other("The service refused the request.", e, code),
        };
    }

    private static RemoteStoreException BadRequest(AmazonServiceException e, string code) =>
        e.ErrorCode switch
        {
            "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" or "AuthorizationHeaderMalformed" => Denied(e, code),
            "KeyTooLongError" or "InvalidObjectName" => new InvalidPathException(
                Said("The service refused the key: with the backend's prefix it may be too long.", e)
            )
            {
                NativeCode = code,
            },
            "MetadataTooLarge" => Other("The metadata exceeds the limit of the service.", e, code),
            _ when IsPassing(e) => Unavailable(e, code),
            _ => Other("The service refused the request.", e, code),
        };

    private static PermissionDeniedException Denied(AmazonServiceException e, string code) =>
        new(Said("The service denied access.", e)) { NativeCode = code };

    private static BackendUnavailableException Unavailable(AmazonServiceException e, string code) =>
        new(
            Said(
                IsThrottled(e) ? "The service throttled the request."
                    : IsConflict(e) ? "A concurrent request for the object was in flight."
                    : "The service could not process the request.",
                e
            )
        )
        {
            NativeCode = code,
        };

    private static RemoteStoreException Other(string sentence, AmazonServiceException e, string code) =>
        new(Said(sentence, e)) { NativeCode = code };

    private static string Said(string sentence, AmazonServiceException e) =>
        string.IsNullOrEmpty(e.RequestId) ? sentence : $"{sentence} (request {e.RequestId})";
}
