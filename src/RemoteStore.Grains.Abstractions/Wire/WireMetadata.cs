namespace RemoteStore.Grains;

/// <summary>Conversions shared by several records.</summary>
internal static class WireMetadata
{
    internal static Dictionary<string, string>? ToWire(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is null or { Count: 0 } ? null : new Dictionary<string, string>(metadata, StringComparer.Ordinal);

    internal static ContentDigest? Digest(string? algorithm, string? value) =>
        algorithm is null || value is null ? null : new ContentDigest(algorithm, value);
}
