using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RemoteStore.Silo;

/// <summary>
/// Writes readiness as JSON: the overall state, and one entry per store with the kind of its error, never its message
/// (it may contain host names).
/// </summary>
internal static class HealthReportWriter
{
    internal static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var checks = report.Entries.ToDictionary(
            e => e.Key,
            e => new
            {
                status = e.Value.Status.ToString(),
                detail = e.Value.Description,
                stores = Stores(e.Value),
            }
        );
        return context.Response.WriteAsync(
            JsonSerializer.Serialize(new { status = report.Status.ToString(), checks }),
            context.RequestAborted
        );
    }

    private static IReadOnlyDictionary<string, object>? Stores(HealthReportEntry entry) => entry.Data.Count == 0 ? null : entry.Data;
}
