namespace RemoteStore.Grains;

/// <summary>
/// Mutual TLS between the processes of a cluster: silos and clients present certificates of the cluster's own authority
/// and accept no other peers. Enabled when any file is set; all three are then required. TLS 1.2 or newer. The files are
/// read again at each new connection, so a renewed certificate is used without a restart; open connections stay open.
/// </summary>
public sealed class ClusterTlsOptions
{
    /// <summary>
    /// The PEM file with this process's certificate, followed by the intermediate certificates up to the authority. A
    /// silo's must be valid for servers and clients.
    /// </summary>
    public string? Certificate { get; set; }

    /// <summary>The PEM file, not encrypted, with the private key of <see cref="Certificate"/>.</summary>
    public string? Key { get; set; }

    /// <summary>
    /// The PEM file with the certificates of the authority. Every certificate that it ever issues is a client of this
    /// cluster, so the authority must be the cluster's own.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// The DNS name (subject alternative name) in the certificates of all silos, and of no client: it identifies a
    /// silo. Default <c>remotestore-silo</c>.
    /// </summary>
    public string SiloName { get; set; } = "remotestore-silo";

    internal bool IsOn => Certificate is not null || Key is not null || Authority is not null;
}
