using System.Net;
using System.Net.Sockets;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>How silos find each other.</summary>
public enum ClusteringMode
{
    /// <summary>A single silo on loopback: the default for a development machine. The silo stops when a second one joins.</summary>
    Standalone = 0,

    /// <summary>
    /// Several silos on one host; the primary silo keeps the membership table in memory. For development and tests: the
    /// cluster ends with the primary.
    /// </summary>
    Localhost = 1,

    /// <summary>
    /// The membership table is in a Redis server. It must be persistent (append-only file): after the loss of the table no silo can join.
    /// </summary>
    Redis = 2,

    /// <summary>
    /// The membership table is in a PostgreSQL server, in the schema <c>remotestore</c>, which the silo creates if its
    /// role has the permission.
    /// </summary>
    PostgreSql = 3,
}

/// <summary>The section <c>RemoteStore:Silo</c>.</summary>
public sealed class SiloSettings
{
    /// <summary>The name of the section.</summary>
    public const string Section = "RemoteStore:Silo";

    /// <summary>How silos find each other; default <see cref="ClusteringMode.Standalone"/>.</summary>
    public ClusteringMode Clustering { get; set; }

    /// <summary>The id of the cluster, shared by its silos and clients. Default <c>remotestore</c>.</summary>
    public string ClusterId { get; set; } = "remotestore";

    /// <summary>The id of the service, unchanged across deployments. Default <c>remotestore</c>.</summary>
    public string ServiceId { get; set; } = "remotestore";

    /// <summary>The port for other silos; 1 to 65,535, default 11,111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port for clients; 1 to 65,535, default 30,000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The port for health requests, on <see cref="HttpAddress"/>; 1 to 65,535, default 8,080.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>The address for health requests; default loopback.</summary>
    public string HttpAddress { get; set; } = "127.0.0.1";

    /// <summary>
    /// Whether large transfers may use HTTP on <see cref="TransferPort"/> instead of calls; default true. Otherwise,
    /// and for clients that cannot reach the port, they use calls, which is slower.
    /// </summary>
    public bool DirectTransfers { get; set; } = true;

    /// <summary>
    /// The port for large transfers, on the addresses of the gateway, up to 65,535; default 0 for any free port
    /// (clients are notified of it).
    /// </summary>
    public int TransferPort { get; set; }

    /// <summary>
    /// The address at which other silos and clients reach this silo (a pod's IP address); required with
    /// <see cref="ClusteringMode.Redis"/> and <see cref="ClusteringMode.PostgreSql"/>. The silo then listens on all
    /// addresses. It listens on loopback only if this is a loopback address or not required.
    /// </summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>
    /// The connection to the membership table: a StackExchange.Redis configuration string, or a connection string of Npgsql. Never shown.
    /// </summary>
    public Secret? ConnectionString { get; set; }

    /// <summary>
    /// With <see cref="ClusteringMode.Localhost"/>: <c>address:port</c> of the first silo; null for the first silo itself.
    /// </summary>
    public string? PrimarySilo { get; set; }

    /// <summary>How long running work may take when the silo stops, in seconds; 1 to 3,600, default 60.</summary>
    public int ShutdownSeconds { get; set; } = 60;

    /// <summary>
    /// The large transfers that may be open in this silo at once, at least 1; default 1,000. Further ones are refused immediately.
    /// </summary>
    public int MaxTransfers { get; set; } = 1000;

    /// <summary>
    /// The bytes that all open transfers of this silo together may have in flight, at least 1; default
    /// <see cref="SiloLimits.DefaultMaxTransferBytes"/>. A transfer counts with its chunk size times its window, 1 MiB
    /// by default; an upload also counts with the bytes that its backend buffers.
    /// </summary>
    public long MaxTransferBytes { get; set; } = SiloLimits.DefaultMaxTransferBytes;

    /// <summary>
    /// The calls that may run and wait at one path at once, at least 1; default 2,000. Further ones are refused immediately.
    /// </summary>
    public int MaxWaitingPerPath { get; set; } = 2000;

    /// <summary>
    /// The connections that may be open at once at each port of this silo, 1 to 100,000; default 1,000. Further ones
    /// are closed immediately.
    /// </summary>
    public int MaxConnections { get; set; } = 1000;

    /// <summary>
    /// The connections from one address that may be open at once at each port, 1 to 100,000; default 250. Further ones
    /// are closed immediately.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 250;

    /// <summary>
    /// How long a connection to the silo or gateway port may be open before it has identified itself, in seconds, 1 to
    /// 30; default 20. Then it is closed.
    /// </summary>
    public int HandshakeSeconds { get; set; } = 20;

    /// <summary>
    /// The timeout for receiving a whole message on the silo or gateway port, and for a peer to read the bytes sent to
    /// it, in seconds, 1 to 300; default 30. Then the connection is closed.
    /// </summary>
    public int MessageSeconds { get; set; } = 30;

    /// <summary>
    /// The share of <see cref="MaxTransfers"/> and <see cref="MaxTransferBytes"/> that one client may use, in percent;
    /// 1 to 100, default 25.
    /// </summary>
    public int ClientSharePercent { get; set; } = 25;

    /// <summary>
    /// The rate, in bytes per second over 30 s, that a transfer must reach to keep its place when the silo is full of
    /// transfers; 0 for no minimum, at most 1,048,576; default 4,096.
    /// </summary>
    public int MinTransferRate { get; set; } = 4096;

    /// <summary>
    /// The share of the memory available to the runtime, in percent, above which owners of paths are removed from
    /// memory before they have been idle for 70 s; 10 to 95, default 70.
    /// </summary>
    public int OwnerMemoryPercent { get; set; } = 70;

    /// <summary>
    /// How often the backends are cleaned up (interrupted moves, staged bytes no longer needed), in minutes, with a
    /// jitter of a tenth; also at the start. 0 for never, at most 10,080 (a week), default 360.
    /// </summary>
    public int MaintenanceMinutes { get; set; } = 360;

    /// <summary>
    /// Whether the Orleans Dashboard is served under <c>/dashboard</c> of the HTTP port, to callers on this machine only
    /// (in a pod: through a port forward); default false. No effect unless <see cref="HttpAddress"/> is a loopback address.
    /// </summary>
    public bool Dashboard { get; set; }

    /// <summary>
    /// Mutual TLS on the silo, gateway and transfer ports; default off. All silos and clients of a cluster must use it
    /// or none: it cannot be enabled silo by silo.
    /// </summary>
    public ClusterTlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Allows the silo, gateway and transfer ports to listen on other addresses than loopback without <see cref="Tls"/>;
    /// default false: the silo then does not start. Anyone who reaches the ports can read and write every file.
    /// </summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>
    /// The access rules, and the refused certificates; default full access for everyone. Read again when the configuration changes.
    /// </summary>
    public AccessOptions Access { get; set; } = new();

    /// <summary>The export of metrics and traces; default off.</summary>
    public SiloOtlpSettings Otlp { get; set; } = new();

    /// <summary>The settings of stores in this silo, by store name; a store without an entry has the defaults.</summary>
    public IDictionary<string, SiloStoreSettings> Stores { get; } = new Dictionary<string, SiloStoreSettings>(StringComparer.Ordinal);

    /// <summary>Whether an external service keeps the membership table.</summary>
    internal bool NeedsTable => Clustering is ClusteringMode.Redis or ClusteringMode.PostgreSql;

    /// <summary>The address at which clients reach this silo.</summary>
    internal IPAddress ReachableAddress => AdvertisedAddress is { } address ? IPAddress.Parse(address) : IPAddress.Loopback;

    /// <summary>The address on which this silo listens for clients, as in Orleans.</summary>
    internal IPAddress ListenAddress =>
        !NeedsTable || IPAddress.IsLoopback(ReachableAddress) ? ReachableAddress
        : ReachableAddress.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any
        : IPAddress.Any;

    /// <summary>Whether the dashboard is served.</summary>
    internal bool ServesDashboard => Dashboard && IPAddress.IsLoopback(IPAddress.Parse(HttpAddress));

    /// <summary>
    /// How long running transfers may take when the silo stops: the shutdown time minus its last third, at most 10 s,
    /// which is reserved for leaving the cluster.
    /// </summary>
    internal TimeSpan TransferTime => TimeSpan.FromSeconds(ShutdownSeconds - Math.Min(10, ShutdownSeconds / 3.0));

    /// <summary>
    /// How long this silo keeps working after it has notified its clients to use other gateways: 2 s, or a sixth of a short stop.
    /// </summary>
    internal TimeSpan GatewayNotice => TimeSpan.FromSeconds(Math.Min(2, ShutdownSeconds / 6.0));

    /// <summary>Applies the limits to those of the grains.</summary>
    internal void Apply(SiloLimits limits)
    {
        limits.MaxTransfers = MaxTransfers;
        limits.MaxTransferBytes = MaxTransferBytes;
        limits.MaxWaitingPerPath = MaxWaitingPerPath;
        limits.OwnerMemoryPercent = OwnerMemoryPercent;
        limits.ClientSharePercent = ClientSharePercent;
        limits.MinTransferRate = MinTransferRate;
    }

    /// <summary>The end point of the primary silo; valid after validation.</summary>
    internal IPEndPoint? PrimaryEndPoint => PrimarySilo is null ? null : IPEndPoint.Parse(PrimarySilo);
}
