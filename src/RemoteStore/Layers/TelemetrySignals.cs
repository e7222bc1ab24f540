namespace RemoteStore;

/// <summary>What a <see cref="TelemetryBackend"/> emits.</summary>
[Flags]
public enum TelemetrySignals
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Spans and metrics.</summary>
    Measurements = 1,

    /// <summary>Log entries.</summary>
    Logs = 2,

    /// <summary>Both.</summary>
    All = Measurements | Logs,
}
