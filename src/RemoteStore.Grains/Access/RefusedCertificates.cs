using System.Security.Cryptography.X509Certificates;

namespace RemoteStore.Grains;

/// <summary>Certificates that are refused although the authority issued them. Immutable.</summary>
internal sealed class RefusedCertificates
{
    private readonly HashSet<string> _serials;
    private readonly HashSet<string> _subjects;

    private RefusedCertificates(IEnumerable<string> serials, IEnumerable<string> subjects) =>
        (_serials, _subjects) = (serials.Select(Canonical).ToHashSet(StringComparer.Ordinal), subjects.ToHashSet(StringComparer.Ordinal));

    internal static RefusedCertificates None { get; } = new([], []);

    /// <summary>Reads the list from the options.</summary>
    /// <exception cref="ArgumentException">An entry is invalid. The message has one line per fault, each with its
    /// configuration key.</exception>
    internal static RefusedCertificates Create(AccessOptions options)
    {
        var faults = options.RefusedCertificates.SelectMany(e => Faults(e.Key, e.Value)).ToList();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join('\n', faults), nameof(options));
        var entries = options.RefusedCertificates.Values;
        return new RefusedCertificates(entries.Select(e => e.Serial).OfType<string>(), entries.Select(e => e.Subject).OfType<string>());
    }

    internal bool Contains(X509Certificate2 certificate) =>
        _serials.Contains(Canonical(certificate.SerialNumber)) || _subjects.Contains(CertificatePrincipal.NameOf(certificate));

    private static IEnumerable<string> Faults(string name, RefusedCertificateOptions entry)
    {
        var key = $"{nameof(AccessOptions.RefusedCertificates)}:{name}";
        if (string.IsNullOrWhiteSpace(entry.Serial) == string.IsNullOrWhiteSpace(entry.Subject))
            yield return $"{key}: exactly one of Serial and Subject must be set";
        if (entry.Serial is { } serial && (Canonical(serial).Length == 0 || !Canonical(serial).All(char.IsAsciiHexDigit)))
            yield return $"{key}:Serial: must be hexadecimal";
    }

    private static string Canonical(string serial) =>
        serial.Replace(":", "", StringComparison.Ordinal).Trim().ToUpperInvariant().TrimStart('0');
}
