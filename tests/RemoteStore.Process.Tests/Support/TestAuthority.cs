using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>An authority of a test's own, or one between it and those it vouches for, and their files.</summary>
internal sealed class TestAuthority : IDisposable
{
    internal const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    internal const string ClientPurpose = "1.3.6.1.5.5.7.3.2";
    private readonly string _folder;
    private readonly TestAuthority? _above;
    private readonly X509Certificate2 _certificate;

    internal TestAuthority(string folder, TestAuthority? above = null)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _above = above;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Path.GetFileName(_folder)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(20));
        using var issued = above is null
            ? request.CreateSelfSigned(from, to)
            : request.Create(above._certificate, from, to, RandomNumberGenerator.GetBytes(16));
        _certificate = above is null ? new X509Certificate2(issued) : issued.CopyWithPrivateKey(key);
        File.WriteAllText(PathOf("authority.crt"), _certificate.ExportCertificatePem());
    }

    /// <summary>Issues a certificate, over whatever stood in the files of that name.</summary>
    /// <param name="file">The name of the files.</param>
    /// <param name="dnsName">The name in the certificate; that of a silo unless given.</param>
    /// <param name="purposes">What it is good for; servers and clients unless given.</param>
    /// <param name="isExpired">Whether it is so since yesterday.</param>
    internal ClusterTlsOptions Issue(string file, string? dnsName = null, string[]? purposes = null, bool isExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={file}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName ?? new ClusterTlsOptions().SiloName);
        request.CertificateExtensions.Add(names.Build());
        var oids = new OidCollection();
        foreach (var purpose in purposes ?? [ServerPurpose, ClientPurpose])
            oids.Add(new Oid(purpose));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, true));
        var now = DateTimeOffset.UtcNow;
        using var issued = request.Create(
            _certificate,
            now.AddDays(-2),
            now.AddDays(isExpired ? -1 : 7),
            RandomNumberGenerator.GetBytes(16)
        );
        var options = new ClusterTlsOptions
        {
            Certificate = PathOf($"{file}.crt"),
            Key = PathOf($"{file}.key"),
            Authority = (_above ?? this).PathOf("authority.crt"),
        };
        File.WriteAllText(
            options.Certificate,
            _above is null ? issued.ExportCertificatePem() : $"{issued.ExportCertificatePem()}\n{_certificate.ExportCertificatePem()}"
        );
        File.WriteAllText(options.Key, key.ExportPkcs8PrivateKeyPem());
        return options;
    }

    internal ClusterTlsOptions IssueClient(string file, bool isExpired = false) => Issue(file, file, [ClientPurpose], isExpired);

    public void Dispose() => _certificate.Dispose();

    private string PathOf(string name) => Path.Combine(_folder, name);
}
