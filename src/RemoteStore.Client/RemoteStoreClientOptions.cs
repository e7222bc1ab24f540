using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The settings of a connection to a cluster.</summary>
public sealed class RemoteStoreClientOptions
{
    /// <summary>
    /// The gateways, as <c>host:port</c>; default one silo on this machine, <c>127.0.0.1:30000</c>. One responding
    /// gateway is enough. A name is resolved again every <see cref="GatewayRefresh"/>, and all its addresses are used.
    /// </summary>
    public IList<string> Gateways { get; init; } = ["127.0.0.1:30000"];

    /// <summary>The id of the cluster; default <c>remotestore</c>.</summary>
    public string ClusterId { get; set; } = "remotestore";

    /// <summary>The id of the service; default <c>remotestore</c>.</summary>
    public string ServiceId { get; set; } = "remotestore";

    /// <summary>
    /// The timeout of one attempt of a call; default 15 s. A change that is not committed within this time is no longer
    /// committed, and the call is retried until <see cref="OperationTimeout"/>. If a chunk of a large transfer times
    /// out, the transfer resumes through another silo; a slow backend needs a longer timeout here.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a call with a transient failure (lost silo, no response) is retried, from its first attempt on; default 60 s. No
    /// attempt begins later, so a call takes at most one <see cref="ResponseTimeout"/> longer. With 1 ms a call is attempted once.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The largest difference between the clocks of this process and of the silos; default 1 s. Where a lost attempt of
    /// a change must have ended before the next one is executed, it counts as ended this long after its deadline. With
    /// a larger difference, a silo that was frozen could still execute an abandoned attempt.
    /// </summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often the names of the gateways are resolved and gateways are checked; default 10 s. An unreachable or
    /// silent gateway is not used.
    /// </summary>
    public TimeSpan GatewayRefresh { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The timeout for connecting; default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether large transfers use a connection of their own, opened at the first of them, so that small calls do not wait
    /// behind their chunks; default true. No effect in <c>AddRemoteStoreClient</c>, which uses the one connection of the host.
    /// </summary>
    public bool BulkConnection { get; set; } = true;

    /// <summary>
    /// The bytes that all large transfers of the client together may have in flight, at least 262,144 (a chunk);
    /// default 67,108,864, enough for 64 transfers at full speed. Further transfers share it.
    /// </summary>
    public long MaxTransferBytes { get; set; } = TransferSettings.DefaultMaxBytes;

    /// <summary>
    /// Whether the bytes of large transfers may use the silos' transfer port instead of calls (HTTP, encrypted only
    /// with <see cref="Tls"/>); default true. Calls are used if this is false, if a silo has no such port, and for five
    /// minutes after the port could not be reached within 2 s.
    /// </summary>
    public bool DirectTransfers { get; set; } = true;

    /// <summary>Mutual TLS on every connection to the cluster; required if and only if its silos use it; default off.</summary>
    public ClusterTlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Whether traces continue in the cluster: calls carry the caller's current <see cref="System.Diagnostics.Activity"/>. Default false.
    /// </summary>
    public bool Tracing { get; set; }

    /// <summary>Creates options with one gateway.</summary>
    /// <param name="gateway">The gateway, as <c>host:port</c>.</param>
    public static RemoteStoreClientOptions For(string gateway) => new() { Gateways = [gateway] };

    /// <summary>Validates the values. The files of <see cref="Tls"/> are read when a connection is opened.</summary>
    /// <exception cref="ArgumentException">A value is missing or out of range; the message names it.</exception>
    public void Validate()
    {
        if (Gateways.Count == 0)
            throw new ArgumentException($"{nameof(Gateways)} must contain at least one gateway, as host:port.");
        foreach (var gateway in Gateways)
            _ = Split(gateway);
        ArgumentException.ThrowIfNullOrWhiteSpace(ClusterId);
        ArgumentException.ThrowIfNullOrWhiteSpace(ServiceId);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ResponseTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OperationTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ClockTolerance, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTransferBytes, TransferDefaults.ChunkSize);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(GatewayRefresh, TimeSpan.Zero);
    }

    /// <summary>The TLS identity of this process; null for unencrypted connections.</summary>
    /// <exception cref="ArgumentException">A file is missing, cannot be read, or does not match the others.</exception>
    internal ClusterTls? OpenTls() => Tls.IsOn ? new ClusterTls(Tls, isSilo: false) : null;

    internal TransferSettings TransfersOver(ClusterTls? tls) =>
        new(
            MaxTransferBytes,
            !DirectTransfers ? null
                : tls is null ? DirectConnections.Plain
                : new DirectConnections(tls)
        );

    internal ClusterCallLimits Limits =>
        new()
        {
            AttemptTimeout = ResponseTimeout,
            OperationTimeout = OperationTimeout,
            ClockTolerance = ClockTolerance,
        };

    /// <summary>The addresses of all gateways. Names are resolved; those that cannot be resolved are left out.</summary>
    /// <exception cref="SocketException">No name can be resolved.</exception>
    internal async ValueTask<IPEndPoint[]> ResolveAsync(CancellationToken cancellationToken)
    {
        var found = new List<IPEndPoint>();
        ExceptionDispatchInfo? failure = null;
        foreach (var (host, port) in Gateways.Select(Split))
        {
            try
            {
                var addresses = IPAddress.TryParse(host, out var address)
                    ? [address]
                    : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
                found.AddRange(addresses.Select(a => new IPEndPoint(a, port)));
            }
            catch (SocketException e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        if (found.Count == 0)
            failure?.Throw();
        return [.. found];
    }

    private static (string Host, int Port) Split(string gateway)
    {
        var colon = gateway?.LastIndexOf(':') ?? -1;
        return colon > 0 && ushort.TryParse(gateway.AsSpan(colon + 1), out var port) && port > 0
            ? (gateway![..colon].Trim('[', ']'), port)
            : throw new ArgumentException($"{nameof(Gateways)}: '{gateway}' must have the form host:port.");
    }
}
