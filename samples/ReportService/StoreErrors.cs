using RemoteStore;

namespace ReportService;

/// <summary>Answers the errors of a store with the status that says the same in HTTP.</summary>
internal static class StoreErrors
{
    internal static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (RemoteStoreException e) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = StatusOf(e, context.Request);
            if (e.IsTransient)
                context
                    .Response.GetTypedHeaders()
                    .Set("Retry-After", $"{Math.Ceiling((e.RetryAfter ?? TimeSpan.FromSeconds(1)).TotalSeconds)}");
            await context.Response.WriteAsJsonAsync(new { error = e.Kind.ToString(), e.Path }, context.RequestAborted);
        }
    }

    private static int StatusOf(RemoteStoreException error, HttpRequest request) =>
        error.Kind switch
        {
            RemoteErrorKind.NotFound => StatusCodes.Status404NotFound,
            RemoteErrorKind.InvalidPath => StatusCodes.Status400BadRequest,
            // RFC 9110, section 13.1.2.
            RemoteErrorKind.AlreadyExists when request.Headers.IfNoneMatch.Count > 0 => StatusCodes.Status412PreconditionFailed,
            RemoteErrorKind.AlreadyExists or RemoteErrorKind.FolderNotEmpty => StatusCodes.Status409Conflict,
            RemoteErrorKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
            RemoteErrorKind.PermissionDenied => StatusCodes.Status403Forbidden,
            RemoteErrorKind.ResourceLocked => StatusCodes.Status423Locked,
            RemoteErrorKind.CapabilityNotSupported => StatusCodes.Status501NotImplemented,
            RemoteErrorKind.BackendUnavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
}
