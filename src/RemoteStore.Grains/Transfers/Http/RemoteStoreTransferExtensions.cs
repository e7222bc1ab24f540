using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RemoteStore.Grains;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves the bytes of large transfers over HTTP, in a program that hosts the grains.</summary>
public static class RemoteStoreTransferExtensions
{
    /// <summary>
    /// Serves large transfers on a port that Kestrel listens on, and offers it to clients when the application has started. The port must
    /// speak HTTP/1.1, the only version that supports the upgrade of uploads. Without it transfers go by calls.
    /// </summary>
    /// <param name="app">The application, whose services have the grains.</param>
    /// <param name="port">The local port; nothing else is served on it.</param>
    /// <param name="endPoint">How clients reach it, as <c>host:port</c>.</param>
    public static WebApplication MapRemoteStoreTransfers(this WebApplication app, int port, string endPoint)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrWhiteSpace(endPoint);
        return app.MapRemoteStoreTransfers(() => port, _ => endPoint);
    }

    /// <summary>The same for a port whose number is known only once it is open; null disables it.</summary>
    internal static WebApplication MapRemoteStoreTransfers(this WebApplication app, Func<int?> port, Func<int, string> endPoint)
    {
        var serve = Serve(app.Services);
        app.MapWhen(c => c.Connection.LocalPort == port(), b => b.Run(serve));
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (port() is { } number)
                app.Services.GetRequiredService<DirectTransfers>().EndPoint = endPoint(number);
        });
        return app;
    }

    /// <summary>Handles the requests.</summary>
    internal static RequestDelegate Serve(IServiceProvider services)
    {
        var sender = ActivatorUtilities.CreateInstance<DownloadSender>(services);
        var receiver = ActivatorUtilities.CreateInstance<UploadReceiver>(services);
        return c => UploadReceiver.IsFor(c) ? receiver.ReceiveAsync(c) : sender.SendAsync(c);
    }
}
