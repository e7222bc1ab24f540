namespace RemoteStore.Silo;

/// <summary>
/// The short names of settings on the command line. Any other key can be given in full: <c>--RemoteStore:Silo:ClusterId=x</c>.
/// </summary>
internal static class CommandLine
{
    internal const string Help = """
        Usage: run [options]
          --data FOLDER          the folder of the local-disk backend 'disk' (default ./data)
          --silo-port PORT       for other silos (default 11111)
          --gateway-port PORT    for clients (default 30000)
          --http-port PORT       for health requests (default 8080)
          --transfer-port PORT   for large transfers (default any free one)
          --cluster-id ID        default remotestore
          --primary HOST:PORT    join the silo that listens there (same host, several silos)
          --config FILE          one more JSON file of settings
        Every key of the configuration can be given as --RemoteStore:Section:Key=value or in the environment as
        RemoteStore__Section__Key=value. See docs/configuration.md.
        """;

    internal static Dictionary<string, string> Switches { get; } =
        new()
        {
            ["--data"] = "RemoteStore:Backends:disk:Root",
            ["--silo-port"] = $"{SiloSettings.Section}:{nameof(SiloSettings.SiloPort)}",
            ["--gateway-port"] = $"{SiloSettings.Section}:{nameof(SiloSettings.GatewayPort)}",
            ["--http-port"] = $"{SiloSettings.Section}:{nameof(SiloSettings.HttpPort)}",
            ["--transfer-port"] = $"{SiloSettings.Section}:{nameof(SiloSettings.TransferPort)}",
            ["--cluster-id"] = $"{SiloSettings.Section}:{nameof(SiloSettings.ClusterId)}",
            ["--primary"] = $"{SiloSettings.Section}:{nameof(SiloSettings.PrimarySilo)}",
            ["--config"] = "config",
        };
}
