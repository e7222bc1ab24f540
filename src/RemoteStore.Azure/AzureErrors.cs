using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs;

/// <summary>The single mapping from responses of the service to typed errors: by status and error code, never by text.</summary>
internal static class AzureErrors
{
    internal static RemoteStoreException? Classify(Exception exception) =>
        exception switch
        {
            RemoteStoreException typed => typed,
            MalformedResponseException malformed => malformed.ToTyped(),
            RequestFailedException failed => OfAnswer(failed),
            AggregateException { InnerExceptions: [.., var last] } => Classify(last),
            AuthenticationFailedException => new PermissionDeniedException(
                "Could not acquire an access token for the storage account.",
                inner: exception
            ),
            TimeoutException => new BackendUnavailableException("The service did not answer in time.", inner: exception),
            IOException => new BackendUnavailableException("The connection to the service was lost.", inner: exception),
            _ => null,
        };

    /// <summary>The error of a refused write; null when the refusal has another reason than its conditions.</summary>
    internal static RemoteStoreException? OfConditions(RequestFailedException e, WriteOptions options, string key)
    {
        var refused = e.Status == 412 ? !IsLease(CodeOf(e)) : CodeOf(e) == BlobErrorCode.BlobAlreadyExists;
        if (!refused && !(e.Status == 404 && options.IfMatch is not null && CodeOf(e) == BlobErrorCode.BlobNotFound))
            return null;
        return options.IfMatch is null
            ? new AlreadyExistsException(StorageErrors.Exists, key, null, e) { NativeCode = Code(e) }
            : new PreconditionFailedException("The file does not match the condition.", key, null, e) { NativeCode = Code(e) };
    }

    internal static string? CodeOf(RequestFailedException e) =>
        e.ErrorCode ?? (e.GetRawResponse()?.Headers.TryGetValue("x-ms-error-code", out var code) == true ? code : null);

    private static RemoteStoreException OfAnswer(RequestFailedException e) =>
        RemoteStoreException.Create(
            KindOf(e.Status, CodeOf(e)),
            Text(e),
            inner: e,
            details: new ErrorDetails { NativeCode = Code(e), RetryAfter = RetryAfter(e) }
        );

    private static RemoteErrorKind KindOf(int status, string? code) =>
        status switch
        {
            _ when IsLease(code) => RemoteErrorKind.ResourceLocked,
            0 or 408 or 429 or >= 500 => RemoteErrorKind.BackendUnavailable,
            401 or 403 => RemoteErrorKind.PermissionDenied,
            404 => RemoteErrorKind.NotFound,
            412 => RemoteErrorKind.PreconditionFailed,
            409 => OfConflict(code),
            400 => OfBadRequest(code),
            _ => RemoteErrorKind.Other,
        };

    private static RemoteErrorKind OfConflict(string? code) =>
        code switch
        {
            "BlobAlreadyExists" or "PathAlreadyExists" => RemoteErrorKind.AlreadyExists,
            "DirectoryIsNotEmpty" or "FolderNotEmpty" => RemoteErrorKind.FolderNotEmpty,
            "PendingCopyOperation" => RemoteErrorKind.ResourceLocked,
            "BlobImmutableDueToPolicy" or "BlobImmutableDueToLegalHold" => RemoteErrorKind.PermissionDenied,
            "ContainerBeingDeleted" or "ContainerDisabled" or "ServerBusy" => RemoteErrorKind.BackendUnavailable,
            "ResourceTypeMismatch"
            or "ParentPathNotDirectory"
            or "PathConflict"
            or "InvalidRenameSourcePath"
            or "OperationNotSupportedOnDirectory" => RemoteErrorKind.InvalidPath,
            _ => RemoteErrorKind.Other,
        };

    private static RemoteErrorKind OfBadRequest(string? code) =>
        code switch
        {
            "InvalidResourceName" or "InvalidUri" or "InvalidSourceUri" => RemoteErrorKind.InvalidPath,
            "InvalidBlockList" => RemoteErrorKind.NotFound,
            "InvalidAuthenticationInfo" => RemoteErrorKind.PermissionDenied,
            _ => RemoteErrorKind.Other,
        };

    private static bool IsLease(string? code) => code?.Contains("Lease", StringComparison.Ordinal) == true;

    private static string Text(RequestFailedException e) =>
        CodeOf(e) switch
        {
            "ContainerNotFound" => "The container does not exist.",
            _ when e.Status == 0 => "The service could not be reached.",
            var code => $"The service answered {e.Status}{(code is null ? "" : $" {code}")}.",
        };

    private static string? Code(RequestFailedException e) => e.Status == 0 ? null : $"{e.Status} {CodeOf(e)}".TrimEnd();

    private static TimeSpan? RetryAfter(RequestFailedException e)
    {
        var headers = e.GetRawResponse()?.Headers;
        if (headers?.TryGetValue("x-ms-retry-after-ms", out var text) == true && long.TryParse(text, out var milliseconds))
            return TimeSpan.FromMilliseconds(milliseconds);
        return headers?.TryGetValue("Retry-After", out text) == true && long.TryParse(text, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
