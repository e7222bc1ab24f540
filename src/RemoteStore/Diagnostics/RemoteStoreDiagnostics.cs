using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RemoteStore;

/// <summary>
/// The names of the library's traces and metrics. Paths are in traces, never in metrics; contents and credentials in neither.
/// </summary>
public static class RemoteStoreDiagnostics
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>: <c>RemoteStore</c>.</summary>
    public const string Name = "RemoteStore";

    internal static ActivitySource Source { get; } = new(Name);

    internal static Meter Meter { get; } = new(Name);

    internal static Histogram<double> Duration { get; } =
        Meter.CreateHistogram<double>(
            "remotestore.operation.duration",
            "s",
            "How long operations take, by operation, backend and outcome."
        );

    internal static Counter<long> Bytes { get; } =
        Meter.CreateCounter<long>("remotestore.bytes", "By", "Bytes read and written, by operation and backend.");

    internal static Counter<long> Abandoned { get; } =
        Meter.CreateCounter<long>("remotestore.bridge.abandoned", "{operation}", "Operations that had not ended when a bridge was closed.");
}
