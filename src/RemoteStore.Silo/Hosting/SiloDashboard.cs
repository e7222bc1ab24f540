using System.Net;
using Orleans.Dashboard;

namespace RemoteStore.Silo;

/// <summary>The Orleans Dashboard, if it is switched on. It asks nobody for a password, so only callers on this machine see it.</summary>
internal static class SiloDashboard
{
    internal const string Path = "/dashboard";

    internal static ISiloBuilder AddDashboard(this ISiloBuilder silo, SiloSettings settings) =>
        settings.Dashboard ? silo.AddDashboard(o => o.HideTrace = true) : silo;

    internal static void MapDashboard(this WebApplication app, SiloSettings settings)
    {
        if (!settings.Dashboard)
            return;
        app.Use((context, next) => IsHidden(context) ? Refuse(context) : next(context));
        app.UseRouting();
        app.MapOrleansDashboard(Path);
    }

    internal static bool IsHidden(HttpContext context) => context.Request.Path.StartsWithSegments(Path)
        && !(context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address));

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
