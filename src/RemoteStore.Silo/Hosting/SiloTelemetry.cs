using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Diagnostics;

namespace RemoteStore.Silo;

/// <summary>Exports metrics and traces to a collector, if one is configured.</summary>
internal static class SiloTelemetry
{
    /// <summary>Continues the trace of a caller in the grains that it calls.</summary>
    internal static ISiloBuilder AddTracing(this ISiloBuilder silo, SiloSettings settings) =>
        settings.Otlp.Endpoint is null ? silo : silo.AddActivityPropagation();

    internal static void AddOtlp(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.Otlp.Endpoint is not { } endpoint)
            return;
        services
            .AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("remotestore-silo", settings.ServiceId, serviceInstanceId: Environment.MachineName))
            .WithTracing(t =>
                t.AddSource(RemoteStoreDiagnostics.Name, ActivitySources.ApplicationGrainActivitySourceName)
                    .AddOtlpExporter(o => Configure(o, settings.Otlp, endpoint, "v1/traces"))
            )
            .WithMetrics(m =>
                m.AddMeter(RemoteStoreDiagnostics.Name, "Microsoft.Orleans", "System.Runtime")
                    .AddOtlpExporter(
                        (o, reader) =>
                        {
                            Configure(o, settings.Otlp, endpoint, "v1/metrics");
                            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = settings.Otlp.MetricsSeconds * 1000;
                        }
                    )
            );
    }

    private static void Configure(OtlpExporterOptions options, SiloOtlpSettings settings, Uri endpoint, string path)
    {
        var isHttp = settings.Protocol == OtlpProtocol.HttpProtobuf;
        options.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = isHttp ? new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}") : endpoint;
    }
}
