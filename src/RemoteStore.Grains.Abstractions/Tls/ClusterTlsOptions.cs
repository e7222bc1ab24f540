namespace RemoteStore.Grains;

/// <summary>
/// Mutual TLS between the processes of a cluster: silos and clients show certificates of one authority of the cluster's own, and speak to
/// nobody else. On as soon as a file is named; all three are needed then. TLS 1.2 or newer. The files are read again at each new
/// connection, so that a renewed certificate counts without a restart; connections that are open stay open.
/// </summary>
public sealed class ClusterTlsOptions
{
    /// <summary>
    /// The file, in PEM, with this process's certificate, and after it those between it and the authority. It must be good for servers and
    /// clients both in a silo.
    /// </summary>
    public string? Certificate { get; set; }

    /// <summary>The file, in PEM and not encrypted, with the private key of <see cref="Certificate"/>.</summary>
    public string? Key { get; set; }

    /// <summary>
    /// The file, in PEM, with the certificates of the authority: every certificate it ever issued is a client of this cluster, so it must
    /// be the cluster's own.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// The DNS name (subject alternative name) that the certificates of all silos carry, and that of no client: it is what makes a silo.
    /// Default <c>remotestore-silo</c>.
    /// </summary>
    public string SiloName { get; set; } = "remotestore-silo";

    internal bool IsOn => Certificate is not null || Key is not null || Authority is not null;
}
