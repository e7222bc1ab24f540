using Microsoft.Extensions.Logging;

namespace RemoteStore.Sftp.Sessions;

/// <summary>What every session of a backend receives.</summary>
/// <param name="Name">The backend's name, for logs and threads.</param>
/// <param name="ConnectTimeout">How long connecting may take in all.</param>
/// <param name="RequestTimeout">How long the server may be silent while it owes an answer; null indefinitely.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record SessionSettings(string Name, TimeSpan ConnectTimeout, TimeSpan? RequestTimeout, TimeProvider Clock, ILogger Logger)
{
    /// <summary>What the sessions cost.</summary>
    internal SessionCounters Counters { get; } = new();

    /// <summary>How long a broken transport is listened to for its reason.</summary>
    internal TimeSpan LastWords { get; } = TimeSpan.FromSeconds(2);
}
