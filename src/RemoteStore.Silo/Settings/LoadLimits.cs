namespace RemoteStore.Silo;

/// <summary>The valid ranges of the settings that limit the resources of peers.</summary>
internal static class LoadLimits
{
    internal static IEnumerable<(string Key, string Fault)> Faults(SiloSettings settings) =>
        new[]
        {
            Range(nameof(settings.MaxConnections), settings.MaxConnections, 1, 100_000),
            Range(nameof(settings.MaxConnectionsPerAddress), settings.MaxConnectionsPerAddress, 1, 100_000),
            Range(nameof(settings.HandshakeSeconds), settings.HandshakeSeconds, 1, 30),
            Range(nameof(settings.ClientSharePercent), settings.ClientSharePercent, 1, 100),
            Range(nameof(settings.MinTransferRate), settings.MinTransferRate, 0, 1 << 20),
            Range(nameof(settings.MessageSeconds), settings.MessageSeconds, 1, 300),
            Range(nameof(settings.OwnerMemoryPercent), settings.OwnerMemoryPercent, 10, 95),
        }.OfType<(string, string)>();

    private static (string Key, string Fault)? Range(string key, long value, long least, long most) =>
        value >= least && value <= most ? null : (key, $"must be between {least} and {most} (was {value})");
}
