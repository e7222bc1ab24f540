using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Connections.Security;

namespace RemoteStore.Grains;

/// <summary>Mutual TLS for every connection of this process within the cluster. Thread-safe.</summary>
internal sealed partial class ClusterTls
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    // A resumed session contains the peer's certificate without the intermediate ones, so the peer would be refused.
    private const bool Resumes = false;
    private readonly ClusterTlsOptions _options;
    private readonly bool _isSilo;
    private readonly ILogger _logger;
    private volatile TlsIdentity _identity;

    /// <summary>Reads the files.</summary>
    /// <param name="options">The files.</param>
    /// <param name="isSilo">Whether this process is a silo and needs a silo certificate.</param>
    /// <param name="logger">Logs files that cannot be used later.</param>
    /// <exception cref="TlsFaultException">A file is missing, cannot be read, or does not match the others.</exception>
    internal ClusterTls(ClusterTlsOptions options, bool isSilo, ILogger<ClusterTls>? logger = null)
    {
        (_options, _isSilo, _logger) = (options, isSilo, logger ?? NullLogger<ClusterTls>.Instance);
        _identity = TlsIdentity.Read(options, isSilo);
    }

    /// <summary>Selects peer certificates that are refused although the authority issued them; default none.</summary>
    internal Func<X509Certificate2, bool> IsRefused { get; init; } = static _ => false;

    /// <summary>Why a silo's certificate was last refused; null if none was.</summary>
    internal string? Refusal { get; private set; }

    /// <summary>The options for connections to silos only.</summary>
    internal SslClientAuthenticationOptions ToSilo()
    {
        var options = new SslClientAuthenticationOptions();
        Prepare(options);
        return options;
    }

    /// <summary>The options for connections of any process with a certificate of the authority.</summary>
    internal SslServerAuthenticationOptions FromAnyone()
    {
        var options = new SslServerAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, peer, chain, errors) =>
                peer is X509Certificate2 known && IsVouchedFor(known, chain, errors),
        };
        Prepare(options);
        return options;
    }

    /// <summary>Encrypts the connections that this process opens to silos.</summary>
    internal void Open(IConnectionBuilder connections) =>
        connections.UseClientTls(
            With(
                IsExpectedSilo,
                o =>
                    o.OnAuthenticateAsClient = (_, client) => Prepare((SslClientAuthenticationOptions)client.SslClientAuthenticationOptions)
            )
        );

    /// <summary>Encrypts the connections that others open to this silo.</summary>
    /// <param name="connections">The builder of the accepted connections.</param>
    /// <param name="silosOnly">Whether only silos may connect.</param>
    internal void Accept(IConnectionBuilder connections, bool silosOnly) =>
        connections.UseServerTls(
            With(
                silosOnly ? IsSilo : IsVouchedFor,
                o =>
                    o.OnAuthenticateAsServer = (_, server) => Prepare((SslServerAuthenticationOptions)server.SslServerAuthenticationOptions)
            )
        );

    private TlsOptions With(RemoteCertificateValidator isPeer, Action<TlsOptions> more)
    {
        var options = new TlsOptions
        {
            // Only validated; the certificate that is sent is selected at each handshake.
            LocalCertificate = _identity.Certificate,
            RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
            ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
            RemoteCertificateValidation = isPeer,
        };
        more(options);
        return options;
    }

    private bool IsVouchedFor(X509Certificate2 peer, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None && !IsRefused(peer);

    private bool IsExpectedSilo(X509Certificate2 peer, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        Refusal = $"A silo's certificate was refused: {errors}.";
        return false;
    }

    private bool IsSilo(X509Certificate2 peer, X509Chain? chain, SslPolicyErrors errors) =>
        IsVouchedFor(peer, chain, errors) && TlsIdentity.IsNamed(peer, _options.SiloName);

    private void Prepare(SslClientAuthenticationOptions options)
    {
        var identity = Current();
        options.TargetHost = _options.SiloName;
        options.ClientCertificates = null;
        options.LocalCertificateSelectionCallback = null;
        options.ClientCertificateContext = identity.Context;
        options.CertificateChainPolicy = identity.Policy();
        options.EnabledSslProtocols = Protocols;
        options.AllowTlsResume = Resumes;
    }

    private void Prepare(SslServerAuthenticationOptions options)
    {
        var identity = Current();
        options.ClientCertificateRequired = true;
        options.ServerCertificate = null;
        options.ServerCertificateSelectionCallback = null;
        options.ServerCertificateContext = identity.Context;
        options.CertificateChainPolicy = identity.Policy();
        options.EnabledSslProtocols = Protocols;
        options.AllowTlsResume = Resumes;
    }

    private TlsIdentity Current()
    {
        try
        {
            return _identity = _identity.Refreshed(_options, _isSilo);
        }
        catch (TlsFaultException e)
        {
            // Files that are being replaced do not match each other for a moment.
            LogKept(_logger, e.Message);
            return _identity;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Kept the previous certificate: the changed certificate files cannot be used. {Fault}")]
    private static partial void LogKept(ILogger logger, string fault);
}
