using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>
/// The one map from what the SDK throws to typed errors: by status and code, never by text. What a service says is not passed on, for it
/// may quote the request with its credentials; the request's id is, for those who run the service.
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
                "The service could not be reached, or the connection broke.",
                inner: exception
            ),
            AmazonClientException when IsConnection(exception.InnerException) => new BackendUnavailableException(
                "The service could not be reached, or the connection broke.",
                inner: exception
            ),
            AmazonClientException => new PermissionDeniedException("No usable credentials were found.", inner: exception),
            _ => null,
        };

    internal static BackendUnavailableException Unknown(string key) =>
        StorageErrors.OutcomeUnknown("An answer was lost, and what exists there now does not show whether the change happened.", key);

    internal static bool IsMissing(AmazonServiceException e) => StatusOf(e) == HttpStatusCode.NotFound;

    internal static bool IsMissingBucket(AmazonServiceException e) => e.ErrorCode == "NoSuchBucket";

    /// <summary>The multipart upload was completed or dropped, or never was.</summary>
    internal static bool IsNoUpload(AmazonServiceException e) => e.ErrorCode == "NoSuchUpload";

    internal static bool IsRefused(AmazonServiceException e) => StatusOf(e) == HttpStatusCode.PreconditionFailed;

    /// <summary>
    /// The status of the answer; of one that began well and then reported an error, the status that its code has otherwise: completions and
    /// copies begin their answers before they are done.
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

    /// <summary>Another conditional request was in flight: nothing was decided, the same request may be retried.</summary>
    internal static bool IsConflict(AmazonServiceException e) =>
        StatusOf(e) == HttpStatusCode.Conflict && e.ErrorCode is "ConditionalRequestConflict" or "OperationAborted";

    /// <summary>The service turned the request away before it checked it.</summary>
    internal static bool IsThrottled(Exception exception) =>
        exception is AmazonServiceException e
        && (
            StatusOf(e) == HttpStatusCode.TooManyRequests
            || e.ErrorCode is "SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded"
        );

    /// <summary>Whether no other request has a chance now: the service cannot be reached, or asks for fewer requests.</summary>
    internal static bool IsOfService(Exception exception) =>
        IsThrottled(exception) || (exception is not (AmazonServiceException or MalformedResponseException) && IsPassing(exception));

    /// <summary>Whether the request may work the next time. What it did this time is unknown, unless it was throttled.</summary>
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

    /// <summary>Of a request that failed transiently: whether the service may have done what it asks for.</summary>
    internal static bool MayHaveHappened(Exception exception) =>
        !(exception is AmazonServiceException e && (IsConflict(e) || IsThrottled(e)));

    /// <summary>
    /// Of what the SDK throws while it makes sense of an answer: requests are checked before they are sent, so whatever is neither its own
    /// error nor one of the connection comes from what the service has sent.
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

    /// <summary>Of an answer whose bytes come already: they are not what the service has announced.</summary>
    internal static bool IsDamage(AmazonClientException e) => !IsConnection(e.InnerException);

    private static bool IsConnection(Exception? cause) =>
        cause is HttpRequestException or IOException or SocketException or TimeoutException or WebException;

    // 501 and 505 are what the service never does.
    private static bool IsFailure(HttpStatusCode status) =>
        (int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported);

    private static RemoteStoreException Service(AmazonServiceException e, DriverOperation operation)
    {
        var code = $"{(int)e.StatusCode} {e.ErrorCode}".TrimEnd();
        return StatusOf(e) switch
        {
            HttpStatusCode.NotFound when IsMissingBucket(e) || operation == DriverOperation.Probe => new NotFoundException(
                Said("The bucket is absent.", e)
            )
            {
                NativeCode = code,
            },
            HttpStatusCode.NotFound when IsNoUpload(e) => new NotFoundException(Said("There is no such staged content.", e))
            {
                NativeCode = code,
            },
            HttpStatusCode.NotFound => new NotFoundException(Said(StorageErrors.NoFile, e)) { NativeCode = code },
            HttpStatusCode.PreconditionFailed => new PreconditionFailedException(Said("A condition of the request does not hold.", e))
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
                Said("The service does not know requests like this.", e)
            )
            {
                NativeCode = code,
                IsTransient = false,
            },
            _ when IsPassing(e) || IsConflict(e) => Unavailable(e, code),
            HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => Other(
                "The bucket lies in another region, or at another endpoint.",
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
                Said("The service takes no key like this: with the backend's prefix it may be too long.", e)
            )
            {
                NativeCode = code,
            },
            "MetadataTooLarge" => Other("The service takes fewer bytes of metadata.", e, code),
            _ when IsPassing(e) => Unavailable(e, code),
            _ => Other("The service refused the request.", e, code),
        };

    private static PermissionDeniedException Denied(AmazonServiceException e, string code) =>
        new(Said("The service denies access.", e)) { NativeCode = code };

    private static BackendUnavailableException Unavailable(AmazonServiceException e, string code) =>
        new(
            Said(
                IsThrottled(e) ? "The service asks for fewer requests."
                    : IsConflict(e) ? "Another request for the object was in flight."
                    : "The service could not answer.",
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
