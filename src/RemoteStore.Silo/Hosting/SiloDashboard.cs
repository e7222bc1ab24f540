using System.Net;
using Orleans.Dashboard;

namespace RemoteStore.Silo;

/// <summary>The Orleans Dashboard, if enabled. It has no authentication, so it is only served to callers on this machine.</summary>
internal static partial class SiloDashboard
{
    internal const string Path = "/dashboard";

    internal static ISiloBuilder AddDashboard(this ISiloBuilder silo, SiloSettings settings) =>
        settings.ServesDashboard ? silo.AddDashboard(o => o.HideTrace = true) : silo;

    internal static void MapDashboard(this WebApplication app, SiloSettings settings)
    {
        if (!settings.ServesDashboard)
        {
            if (settings.Dashboard)
                LogOff(app.Logger, settings.HttpAddress);
            return;
        }

        app.Use((context, next) => IsHidden(context) ? Refuse(context) : next(context));
        app.UseRouting();
        app.MapOrleansDashboard(Path);
    }

    internal static bool IsHidden(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Path)
        && !(context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && IsLocal(context.Request.Host.Host));

    /// <summary>
    /// Protects against DNS rebinding: a foreign web page can make the browser call this machine under a name of its
    /// own; the browser then sends that name.
    /// </summary>
    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Warning, "Disabled the dashboard: HttpAddress {Address} must be a loopback address")]
    private static partial void LogOff(ILogger logger, string address);
}
