using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RemoteStore.Grains;

/// <summary>The content of the files when they were read: the certificate of this process, and the authority.</summary>
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
                $"the certificate of a silo must have the DNS name '{siloName}' ({nameof(ClusterTlsOptions.SiloName)})"
            );
    }

    internal X509Certificate2 Certificate { get; }

    /// <summary>The certificate and the intermediate ones, which are sent with it.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsFaultException">A file is missing, cannot be read, or does not match the others.</exception>
    internal static TlsIdentity Read(ClusterTlsOptions options, bool isSilo) => new(Texts(options), isSilo ? options.SiloName : null);

    /// <summary>The identity from the current files; this instance if they are unchanged.</summary>
    /// <exception cref="TlsFaultException">A file is missing, cannot be read, or does not match the others.</exception>
    internal TlsIdentity Refreshed(ClusterTlsOptions options, bool isSilo) =>
        Texts(options) is var texts && texts == _texts ? this : new TlsIdentity(texts, isSilo ? options.SiloName : null);

    internal static bool IsNamed(X509Certificate2 certificate, string name) =>
        certificate.MatchesHostname(name, allowWildcards: false, allowCommonName: false);

    /// <summary>Trusts only the authority. Each call returns a new instance, because TLS adds the required key usage of the peer.</summary>
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
            throw new TlsFaultException(option, "must be set: TLS requires Certificate, Key and Authority");
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
            throw new TlsFaultException(option, "must be a PEM file with valid certificates", e);
        }

        return found.Count > 0 ? found : throw new TlsFaultException(option, "must contain a PEM certificate");
    }

    private static X509Certificate2 WithKey(string certificate, string key)
    {
        try
        {
            var pair = X509Certificate2.CreateFromPem(certificate, key);
            if (!OperatingSystem.IsWindows())
                return pair;
            // Windows cannot use an in-memory key for TLS.
            using (pair)
                return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsFaultException(
                nameof(ClusterTlsOptions.Key),
                "must contain an unencrypted PEM private key that matches the certificate",
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
                $"the certificate is not issued by {nameof(ClusterTlsOptions.Authority)}, or is not currently valid "
                    + $"({string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct())})"
            );
        }
    }
}
