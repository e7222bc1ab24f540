namespace RemoteStore.Silo;

/// <summary>How metrics and traces are sent.</summary>
public enum OtlpProtocol
{
    /// <summary>OTLP over gRPC; collectors listen on port 4317.</summary>
    Grpc = 0,

    /// <summary>
    /// OTLP as protobuf over HTTP; collectors listen on port 4318. The paths <c>v1/traces</c> and <c>v1/metrics</c> are added.
    /// </summary>
    HttpProtobuf = 1,
}

/// <summary>Where metrics and traces go: the section <c>RemoteStore:Silo:Otlp</c>.</summary>
public sealed class SiloOtlpSettings
{
    /// <summary>The collector's address, <c>http</c> or <c>https</c>; null, the default, for none: nothing is collected then.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>How they are sent; default <see cref="OtlpProtocol.Grpc"/>.</summary>
    public OtlpProtocol Protocol { get; set; }

    /// <summary>How often metrics are sent, in seconds; 1 to 3,600, default 60.</summary>
    public int MetricsSeconds { get; set; } = 60;
}
