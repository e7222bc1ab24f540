using System.Net;
using System.Net.Sockets;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>How silos find each other.</summary>
public enum ClusteringMode
{
    /// <summary>This silo alone, on loopback: the default on a laptop. A second silo that appears stops it.</summary>
    Standalone = 0,

    /// <summary>
    /// Several silos of one host, over the primary silo's memory. For development and tests: nothing survives the primary.
    /// </summary>
    Localhost = 1,

    /// <summary>
    /// A Redis server keeps the membership table. It must persist (append-only file): a lost table stops silos from joining.
    /// </summary>
    Redis = 2,

    /// <summary>
    /// A PostgreSQL server keeps the membership table, in the schema <c>remotestore</c>, which the silo makes if its role may.
    /// </summary>
    PostgreSql = 3,
}

/// <summary>The section <c>RemoteStore:Silo</c>.</summary>
public sealed class SiloSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "RemoteStore:Silo";

    /// <summary>How silos find each other; default <see cref="ClusteringMode.Standalone"/>.</summary>
    public ClusteringMode Clustering { get; set; }

    /// <summary>The cluster's id: silos and clients of one cluster share it. Default <c>remotestore</c>.</summary>
    public string ClusterId { get; set; } = "remotestore";

    /// <summary>The service's id: stays over deployments. Default <c>remotestore</c>.</summary>
    public string ServiceId { get; set; } = "remotestore";

    /// <summary>The port for other silos; 1 to 65,535, default 11,111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port for clients; 1 to 65,535, default 30,000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The port for health requests, on <see cref="HttpAddress"/>; 1 to 65,535, default 8,080.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>The address that health requests are answered on; default loopback.</summary>
    public string HttpAddress { get; set; } = "127.0.0.1";

    /// <summary>
    /// Whether large transfers are offered a way outside the calls over HTTP, on <see cref="TransferPort"/>; default true. Without it, and
    /// for clients that cannot reach the port, they go by calls, which is slower.
    /// </summary>
    public bool DirectTransfers { get; set; } = true;

    /// <summary>
    /// The port for large transfers, on the addresses that the gateway listens on; 0, the default, for any free one (clients are informed
    /// which), else up to 65,535.
    /// </summary>
    public int TransferPort { get; set; }

    /// <summary>
    /// The address that other silos and clients reach this one at (a pod's IP address); needed with <see cref="ClusteringMode.Redis"/> and
    /// <see cref="ClusteringMode.PostgreSql"/>. The silo listens on all addresses then, and on loopback only where this is a loopback
    /// address or not needed.
    /// </summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>
    /// Where the membership table is: a StackExchange.Redis configuration string, or a connection string of Npgsql. Never shown in any
    /// text.
    /// </summary>
    public Secret? ConnectionString { get; set; }

    /// <summary>
    /// With <see cref="ClusteringMode.Localhost"/>: <c>address:port</c> of the first silo; null for the first silo itself.
    /// </summary>
    public string? PrimarySilo { get; set; }

    /// <summary>How long running work may take when the silo stops, in seconds; 1 to 3,600, default 60.</summary>
    public int ShutdownSeconds { get; set; } = 60;

    /// <summary>
    /// The large transfers that may be open in this silo at once, at least 1; default 1,000. One more is refused at once.
    /// </summary>
    public int MaxTransfers { get; set; } = 1000;

    /// <summary>
    /// The bytes that all open transfers of this silo may have in flight together, at least 1; default
    /// <see cref="SiloLimits.DefaultMaxTransferBytes"/>. A transfer counts with its chunk size times the chunks it may have in flight, 1
    /// MiB by default, and an upload with what its backend collects on top.
    /// </summary>
    public long MaxTransferBytes { get; set; } = SiloLimits.DefaultMaxTransferBytes;

    /// <summary>The calls that may run and wait at one path at once, at least 1; default 2,000. More are refused at once.</summary>
    public int MaxWaitingPerPath { get; set; } = 2000;

    /// <summary>
    /// The connections that may be open at once at each port of this silo, 1 to 100,000; default 1,000. More are closed at once.
    /// </summary>
    public int MaxConnections { get; set; } = 1000;

    /// <summary>
    /// The connections that may be open at once at each port from one address, 1 to 100,000; default 250. More are closed at once.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 250;

    /// <summary>
    /// How long a connection to the silo or the gateway port may be open before it has said who it is, in seconds, 1 to 30; default 20.
    /// Then it is closed.
    /// </summary>
    public int HandshakeSeconds { get; set; } = 20;

    /// <summary>
    /// How long a message to the silo or the gateway port may take from its first byte to its last one, and a peer to take what was sent to
    /// it, in seconds, 1 to 300; default 30. Then the connection is closed.
    /// </summary>
    public int MessageSeconds { get; set; } = 30;

    /// <summary>
    /// The part of <see cref="MaxTransfers"/> and <see cref="MaxTransferBytes"/> that one client may have, in percent; 1 to 100, default
    /// 25.
    /// </summary>
    public int ClientSharePercent { get; set; } = 25;

    /// <summary>
    /// The bytes a second that a transfer must move, over 30 s, to keep its place when the silo is full of transfers; 0 for none, at most
    /// 1,048,576; default 4,096.
    /// </summary>
    public int MinTransferRate { get; set; } = 4096;

    /// <summary>
    /// The part of the memory that the runtime may use, in percent, from which on owners of paths leave the memory before they have been
    /// idle for 70 s; 10 to 95, default 70.
    /// </summary>
    public int OwnerMemoryPercent { get; set; } = 70;

    /// <summary>
    /// How often the backends are cleaned up (moves that were interrupted, staged bytes that nobody wants any longer), in minutes, give or
    /// take a tenth; also at the start. 0 for never, at most 10,080 (a week), default 360.
    /// </summary>
    public int MaintenanceMinutes { get; set; } = 360;

    /// <summary>
    /// Whether the Orleans Dashboard is served under <c>/dashboard</c> of the HTTP port, to callers on this machine only (in a pod: through
    /// a port forward); default false. Without effect unless <see cref="HttpAddress"/> is a loopback address.
    /// </summary>
    public bool Dashboard { get; set; }

    /// <summary>
    /// Mutual TLS on the silo, gateway and transfer ports; default off. All silos and clients of a cluster have it or none: it cannot be
    /// turned on one silo after the other.
    /// </summary>
    public ClusterTlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Lets the silo, gateway and transfer ports listen on other addresses than loopback without <see cref="Tls"/>; default false: then it
    /// does not start. Anyone who reaches the ports reads and writes every file.
    /// </summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>
    /// Who may do what, and which certificates are refused; default everybody everything. Read again when the configuration changes.
    /// </summary>
    public AccessOptions Access { get; set; } = new();

    /// <summary>Where metrics and traces go; default nowhere.</summary>
    public SiloOtlpSettings Otlp { get; set; } = new();

    /// <summary>How this silo serves stores, by store name; a store without an entry is served with the defaults.</summary>
    public IDictionary<string, SiloStoreSettings> Stores { get; } = new Dictionary<string, SiloStoreSettings>(StringComparer.Ordinal);

    /// <summary>Whether the membership table is kept by a service.</summary>
    internal bool NeedsTable => Clustering is ClusteringMode.Redis or ClusteringMode.PostgreSql;

    /// <summary>Where clients reach this silo.</summary>
    internal IPAddress ReachableAddress => AdvertisedAddress is { } address ? IPAddress.Parse(address) : IPAddress.Loopback;

    /// <summary>Where this silo listens for clients, as Orleans does.</summary>
    internal IPAddress ListenAddress =>
        !NeedsTable || IPAddress.IsLoopback(ReachableAddress) ? ReachableAddress
        : ReachableAddress.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any
        : IPAddress.Any;

    /// <summary>Whether the dashboard is served.</summary>
    internal bool ServesDashboard => Dashboard && IPAddress.IsLoopback(IPAddress.Parse(HttpAddress));

    /// <summary>
    /// How long running transfers may take when the silo stops: all but the last third, at most 10 s, that leaving the cluster needs.
    /// </summary>
    internal TimeSpan TransferTime => TimeSpan.FromSeconds(ShutdownSeconds - Math.Min(10, ShutdownSeconds / 3.0));

    /// <summary>How long this silo works on when it has asked its clients to use other gateways: 2 s, or a sixth of a short stop.</summary>
    internal TimeSpan GatewayNotice => TimeSpan.FromSeconds(Math.Min(2, ShutdownSeconds / 6.0));

    /// <summary>Hands the limits on to the grains.</summary>
    internal void Apply(SiloLimits limits)
    {
        limits.MaxTransfers = MaxTransfers;
        limits.MaxTransferBytes = MaxTransferBytes;
        limits.MaxWaitingPerPath = MaxWaitingPerPath;
        limits.OwnerMemoryPercent = OwnerMemoryPercent;
        limits.ClientSharePercent = ClientSharePercent;
        limits.MinTransferRate = MinTransferRate;
    }

    /// <summary>The primary silo's end point, once validated.</summary>
    internal IPEndPoint? PrimaryEndPoint => PrimarySilo is null ? null : IPEndPoint.Parse(PrimarySilo);
}
