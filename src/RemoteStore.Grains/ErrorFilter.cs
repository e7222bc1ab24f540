using System.Reflection;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Grains;

/// <summary>Lets only typed errors, cancellations and argument mistakes out of this library's grains. What is unknown is logged here and named, not shown.</summary>
internal sealed partial class ErrorFilter(ILogger<ErrorFilter> log) : IIncomingGrainCallFilter
{
    private static readonly Assembly Contract = typeof(IPathGrain).Assembly;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception e) when (context.Request.GetInterfaceType().Assembly == Contract && Typed(e, context.Request) is { } typed)
        {
            throw typed;
        }
    }

    private RemoteStoreException? Typed(Exception e, Orleans.Serialization.Invocation.IInvokable request)
    {
        if (e is RemoteStoreException or OperationCanceledException or ArgumentException)
            return null;
        if (ClusterErrors.Translate(e, null, null) is { } known)
            return known;
        LogUnknown(e, request.GetMethodName());
        return new RemoteStoreException($"The operation failed inside the cluster ({e.GetType().Name}); the silo's log has the cause.");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed in a way that is no store error")]
    private partial void LogUnknown(Exception exception, string method);
}
