using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Invocation;

namespace RemoteStore.Grains;

/// <summary>What leaves the silo of a failed call. What is unknown is logged here and named, not shown.</summary>
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

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed in a way that is no store error")]
    private static partial void LogUnknown(ILogger logger, Exception exception, string method);
}
