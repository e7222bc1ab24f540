using System.Security.Cryptography.X509Certificates;

namespace RemoteStore.Grains;

/// <summary>Derives the principal from a certificate.</summary>
internal static class CertificatePrincipal
{
    private const string CommonNameType = "2.5.4.3";

    /// <summary>The common name of the subject, else the first DNS name, else the whole subject.</summary>
    internal static string NameOf(X509Certificate2 certificate) =>
        CommonName(certificate) is { Length: > 0 } common
            ? common
            : certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames()).FirstOrDefault()
                ?? certificate.Subject;

    private static string? CommonName(X509Certificate2 certificate) =>
        certificate
            .SubjectName.EnumerateRelativeDistinguishedNames()
            .FirstOrDefault(n => !n.HasMultipleElements && n.GetSingleElementType().Value == CommonNameType)
            ?.GetSingleElementValue();

    /// <summary>The principal of a connection; anonymous without a certificate.</summary>
    internal static Principal Of(X509Certificate2? certificate) =>
        certificate is null ? Principal.Anonymous : new Principal(NameOf(certificate));
}
