using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RemoteStore.Grains;

/// <summary>What the files said when they were read: the certificate of this process, and the authority of all.</summary>
internal sealed class TlsIdentity
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";
    private readonly (string Certificate, string Key, string Authority) _texts;
    private readonly X509Certificate2Collection _authorities;

    private TlsIdentity((string Certificate, string Key, string Authority) texts, string? siloName)
    {
        _texts = texts;
        _authorities = Certificates(texts.Authority, nameof(ClusterTlsOptions.Authority));
        var chain = Certificates(texts.Certificate, nameof(ClusterTlsOptions.Certificate));
        Certificate = WithKey(texts.Certificate, texts.Key);
        Context = SslStreamCertificateContext.Create(Certificate, chain, offline: true);
        CheckChain(chain, siloName is null ? [ClientPurpose] : [ClientPurpose, ServerPurpose]);
        if (siloName is not null && !IsNamed(Certificate, siloName))
            throw new TlsFaultException(
                nameof(ClusterTlsOptions.Certificate),
                $"the certificate of a silo needs the DNS name '{siloName}' ({nameof(ClusterTlsOptions.SiloName)})"
            );
    }

    internal X509Certificate2 Certificate { get; }

    /// <summary>The certificate and those between it and the authority, which are shown with it.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsFaultException">One is missing, cannot be read, or does not fit the others.</exception>
    internal static TlsIdentity Read(ClusterTlsOptions options, bool isSilo) => new(Texts(options), isSilo ? options.SiloName : null);

    /// <summary>The identity by the files as they are now; this one if they are unchanged.</summary>
    /// <exception cref="TlsFaultException">One is missing, cannot be read, or does not fit the others.</exception>
    internal TlsIdentity Refreshed(ClusterTlsOptions options, bool isSilo) =>
        Texts(options) is var texts && texts == _texts ? this : new TlsIdentity(texts, isSilo ? options.SiloName : null);

    internal static bool IsNamed(X509Certificate2 certificate, string name) =>
        certificate.MatchesHostname(name, allowWildcards: false, allowCommonName: false);

    /// <summary>Trusts the authority and nobody else. A new one each time: TLS adds to it what the peer must be good for.</summary>
    internal X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }

    private static (string Certificate, string Key, string Authority) Texts(ClusterTlsOptions options) =>
        (
            Text(options.Certificate, nameof(options.Certificate)),
            Text(options.Key, nameof(options.Key)),
            Text(options.Authority, nameof(options.Authority))
        );

    private static string Text(string? file, string option)
    {
        if (string.IsNullOrWhiteSpace(file))
            throw new TlsFaultException(option, "a file is needed: TLS needs certificate, key and authority");
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TlsFaultException(option, $"'{file}' cannot be read", e);
        }
    }

    private static X509Certificate2Collection Certificates(string text, string option)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new TlsFaultException(option, "the file is not PEM, or has a broken certificate", e);
        }

        return found.Count > 0 ? found : throw new TlsFaultException(option, "the file has no certificate in PEM");
    }

    private static X509Certificate2 WithKey(string certificate, string key)
    {
        try
        {
            var pair = X509Certificate2.CreateFromPem(certificate, key);
            if (!OperatingSystem.IsWindows())
                return pair;
            // Windows cannot use a key in memory for TLS.
            using (pair)
                return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsFaultException(
                nameof(ClusterTlsOptions.Key),
                "the file has no private key in PEM that is not encrypted and fits the certificate",
                e
            );
        }
    }

    private void CheckChain(X509Certificate2Collection between, string[] purposes)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        Array.ForEach(purposes, p => chain.ChainPolicy.ApplicationPolicy.Add(new Oid(p)));
        chain.ChainPolicy.ExtraStore.AddRange(between);
        if (!chain.Build(Certificate))
        {
            throw new TlsFaultException(
                nameof(ClusterTlsOptions.Certificate),
                $"the certificate is not one that {nameof(ClusterTlsOptions.Authority)} vouches for now "
                    + $"({string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct())})"
            );
        }
    }
}
