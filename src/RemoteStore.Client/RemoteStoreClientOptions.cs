using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>How to reach a cluster.</summary>
public sealed class RemoteStoreClientOptions
{
    /// <summary>
    /// The gateways, as <c>host:port</c>; default one silo on this machine, <c>127.0.0.1:30000</c>. One that answers is enough. A name is
    /// looked up again every <see cref="GatewayRefresh"/>, and all its addresses are used.
    /// </summary>
    public IList<string> Gateways { get; init; } = ["127.0.0.1:30000"];

    /// <summary>The cluster's id; default <c>remotestore</c>.</summary>
    public string ClusterId { get; set; } = "remotestore";

    /// <summary>The service's id; default <c>remotestore</c>.</summary>
    public string ServiceId { get; set; } = "remotestore";

    /// <summary>
    /// How long to wait for the answer to one attempt of a call; default 15 s. A change that was not committed by that time is not
    /// committed any longer, and the call is retried until <see cref="OperationTimeout"/>. A chunk of a large transfer that fails makes the
    /// transfer continue through another silo; a slow backend needs a longer time here.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Until when a call that failed transiently (a silo lost, no answer) is retried, from its first attempt on; default 60 s. No attempt
    /// begins later, so a call takes one <see cref="ResponseTimeout"/> longer at most. With 1 ms a call is tried once.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How far the clocks of this process and of the silos may be apart; default 1 s. Where a lost attempt of a change must be over before
    /// the next one is executed, it counts as over this much after its end. With clocks further apart, a silo that was frozen could still
    /// execute an attempt that was given up.
    /// </summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often the gateways' names are looked up, and gateways tried: one that cannot be reached, or is silent, is not used; default 10
    /// s.
    /// </summary>
    public TimeSpan GatewayRefresh { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting may take; default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether large transfers get a connection of their own, opened at the first of them, so that small calls do not wait behind their
    /// chunks; default true. Without effect in <c>AddRemoteStoreClient</c>, which has the host's one connection.
    /// </summary>
    public bool BulkConnection { get; set; } = true;

    /// <summary>
    /// The bytes that all large transfers of the client together may have in flight, at least 262,144 (a chunk); default 67,108,864, which
    /// lets 64 transfers run at full speed. Further ones share it.
    /// </summary>
    public long MaxTransferBytes { get; set; } = TransferSettings.DefaultMaxBytes;

    /// <summary>
    /// Whether the bytes of large transfers may go over the silos' port for them, outside the calls (HTTP, encrypted only with
    /// <see cref="Tls"/>); default true. They go by calls where it is false, where a silo has no such port, and for five minutes where the
    /// port could not be reached within 2 s.
    /// </summary>
    public bool DirectTransfers { get; set; } = true;

    /// <summary>Mutual TLS on every connection to the cluster, needed if and only if its silos have it; default off.</summary>
    public ClusterTlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Whether the trace of a call continues in the cluster: it takes the caller's current <see cref="System.Diagnostics.Activity"/> along.
    /// Default false.
    /// </summary>
    public bool Tracing { get; set; }

    /// <summary>Options for one gateway.</summary>
    /// <param name="gateway">The gateway, as <c>host:port</c>.</param>
    public static RemoteStoreClientOptions For(string gateway) => new() { Gateways = [gateway] };

    /// <summary>Checks the values; the files of <see cref="Tls"/> are read when a connection is opened.</summary>
    /// <exception cref="ArgumentException">One is missing or out of its range; the message names it.</exception>
    public void Validate()
    {
        if (Gateways.Count == 0)
            throw new ArgumentException($"{nameof(Gateways)}: at least one gateway is needed, as host:port.");
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

    /// <summary>The identity of this process; null for connections that are not encrypted.</summary>
    /// <exception cref="ArgumentException">A file is missing, cannot be read, or does not fit the others.</exception>
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

    /// <summary>The addresses of all gateways; names are looked up, and those that nobody knows left out.</summary>
    /// <exception cref="SocketException">Nobody knows any of them.</exception>
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
            : throw new ArgumentException($"{nameof(Gateways)}: '{gateway}' is not host:port.");
    }
}
