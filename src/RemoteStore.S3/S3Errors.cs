using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>The one map from what the SDK throws to typed errors: by status and code, never by text.</summary>
internal static class S3Errors
{
    internal static RemoteStoreException? Classify(Exception exception, DriverOperation operation) => exception switch
    {
        AmazonServiceException service => Service(service, operation),
        HttpRequestException or IOException or SocketException or TimeoutException => new BackendUnavailableException(
            "The service could not be reached, or the connection broke.", inner: exception),
        AmazonClientException when IsConnection(exception.InnerException) => new BackendUnavailableException(
            "The service could not be reached, or the connection broke.", inner: exception),
        AmazonClientException when operation == DriverOperation.ReadStream => new RemoteStoreException(
            "The bytes that arrived are not those of the object.", inner: exception) { IsTransient = true },
        AmazonClientException => new PermissionDeniedException("No usable credentials were found.", inner: exception),
        _ => null,
    };

    internal static bool IsMissing(AmazonServiceException e) => e.StatusCode == HttpStatusCode.NotFound;

    internal static bool IsMissingBucket(AmazonServiceException e) => e.ErrorCode == "NoSuchBucket";

    internal static bool IsRefused(AmazonServiceException e) => e.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>Another conditional request was under way: nothing was decided, the same request may be made again.</summary>
    internal static bool IsConflict(AmazonServiceException e) =>
        e.StatusCode == HttpStatusCode.Conflict && e.ErrorCode is "ConditionalRequestConflict" or "OperationAborted";

    /// <summary>The service turned the request away before it looked at it.</summary>
    internal static bool IsThrottled(Exception exception) => exception is AmazonServiceException e
        && (e.StatusCode == HttpStatusCode.TooManyRequests || e.ErrorCode is "SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded");

    /// <summary>Whether the request may work the next time. What it did this time is unknown, unless it was throttled.</summary>
    internal static bool IsPassing(Exception exception) => exception switch
    {
        AmazonServiceException e => (int)e.StatusCode >= 500 || e.ErrorCode == "RequestTimeout" || IsThrottled(e),
        HttpRequestException or IOException or SocketException or TimeoutException => true,
        AmazonClientException e => IsConnection(e.InnerException),
        _ => false,
    };

    private static bool IsConnection(Exception? cause) => cause is HttpRequestException or IOException or SocketException or TimeoutException or WebException;

    private static RemoteStoreException Service(AmazonServiceException e, DriverOperation operation)
    {
        var code = $"{(int)e.StatusCode} {e.ErrorCode}".TrimEnd();
        return e.StatusCode switch
        {
            HttpStatusCode.NotFound when IsMissingBucket(e) => new NotFoundException("The bucket is absent.", inner: e) { NativeCode = code },
            HttpStatusCode.NotFound when operation == DriverOperation.Probe => new NotFoundException("The bucket is absent.", inner: e) { NativeCode = code },
            HttpStatusCode.NotFound when e.ErrorCode == "NoSuchUpload" => new NotFoundException("There is no such staged content.", inner: e) { NativeCode = code },
            HttpStatusCode.NotFound => new NotFoundException("Nothing stands at the path.", inner: e) { NativeCode = code },
            HttpStatusCode.PreconditionFailed => new PreconditionFailedException("A condition of the request does not hold.", inner: e) { NativeCode = code },
            HttpStatusCode.Unauthorized => Denied(e, code),
            HttpStatusCode.Forbidden when e.ErrorCode == "InvalidObjectState" => new RemoteStoreException(
                "The object is archived and must be restored first.", inner: e) { NativeCode = code },
            HttpStatusCode.Forbidden => Denied(e, code),
            HttpStatusCode.BadRequest when e.ErrorCode is "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" or "AuthorizationHeaderMalformed" => Denied(e, code),
            _ when IsPassing(e) || IsConflict(e) => new BackendUnavailableException(
                IsThrottled(e) ? "The service asks for fewer requests." : "The service could not answer.", inner: e) { NativeCode = code },
            HttpStatusCode.BadRequest when e.ErrorCode is "KeyTooLongError" or "InvalidObjectName" => new InvalidPathException(
                "The service takes no key like this: with the backend's prefix it may be too long.", inner: e) { NativeCode = code },
            HttpStatusCode.BadRequest when e.ErrorCode == "MetadataTooLarge" => new RemoteStoreException(
                "The service takes fewer bytes of metadata.", inner: e) { NativeCode = code },
            HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => new RemoteStoreException(
                "The bucket lies in another region, or at another endpoint.", inner: e) { NativeCode = code },
            _ => new RemoteStoreException("The service refused the request.", inner: e) { NativeCode = code },
        };
    }

    private static PermissionDeniedException Denied(AmazonServiceException e, string code) =>
        new("The service denies access.", inner: e) { NativeCode = code };
}
