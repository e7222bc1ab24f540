using Microsoft.Extensions.Logging;

namespace RemoteStore.Sftp.Sessions;

/// <summary>The settings of every session of a backend.</summary>
/// <param name="Name">The name of the backend, for logs and threads.</param>
/// <param name="ConnectTimeout">The timeout of connecting, in total.</param>
/// <param name="RequestTimeout">How long the server may send no data while a reply is due; null for no limit.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record SessionSettings(string Name, TimeSpan ConnectTimeout, TimeSpan? RequestTimeout, TimeProvider Clock, ILogger Logger)
{
    /// <summary>The counters of the sessions.</summary>
    internal SessionCounters Counters { get; } = new();

    /// <summary>How long to wait for the last output of a broken transport.</summary>
    internal TimeSpan LastWords { get; } = TimeSpan.FromSeconds(2);
}
