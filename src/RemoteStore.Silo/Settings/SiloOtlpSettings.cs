namespace RemoteStore.Silo;

/// <summary>The protocol for metrics and traces.</summary>
public enum OtlpProtocol
{
    /// <summary>OTLP over gRPC; collectors listen on port 4317.</summary>
    Grpc = 0,

    /// <summary>
    /// OTLP as protobuf over HTTP; collectors listen on port 4318. The paths <c>v1/traces</c> and <c>v1/metrics</c> are appended.
    /// </summary>
    HttpProtobuf = 1,
}

/// <summary>The export of metrics and traces: the section <c>RemoteStore:Silo:Otlp</c>.</summary>
public sealed class SiloOtlpSettings
{
    /// <summary>The address of the collector, <c>http</c> or <c>https</c>; default null: nothing is collected.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The protocol; default <see cref="OtlpProtocol.Grpc"/>.</summary>
    public OtlpProtocol Protocol { get; set; }

    /// <summary>The interval of metrics, in seconds; 1 to 3,600, default 60.</summary>
    public int MetricsSeconds { get; set; } = 60;
}
