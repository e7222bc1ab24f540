using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Invocation;

namespace RemoteStore.Grains;

/// <summary>
/// The errors of a failed call that leave the silo. Unexpected exceptions are logged here; the caller gets only their type name.
/// </summary>
internal static partial class RequestErrors
{
    internal static Response ToResponse(Exception e, IInvokable request) => Response.FromException(Translate(e, request) ?? e);

    private static RemoteStoreException? Translate(Exception e, IInvokable request)
    {
        if (ClusterErrors.PassesAsItIs(e))
            return null;
        if (ClusterErrors.Translate(e, null, null) is { } known)
            return known;
        if (LoggerOf(request) is { } logger)
            LogUnknown(logger, e, request.GetMethodName());
        return new RemoteStoreException($"The operation failed inside the cluster ({e.GetType().Name}); the silo's log has the cause.");
    }

    private static ILogger? LoggerOf(IInvokable request) =>
        (request.GetTarget() as IGrainBase)
            ?.GrainContext.ActivationServices.GetService<ILoggerFactory>()
            ?.CreateLogger(typeof(RequestErrors));

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed {Method} with an unexpected exception")]
    private static partial void LogUnknown(ILogger logger, Exception exception, string method);
}
