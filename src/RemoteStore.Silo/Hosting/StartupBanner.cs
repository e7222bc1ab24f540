namespace RemoteStore.Silo;

/// <summary>Prints the addresses and first commands when the silo is ready.</summary>
internal static class StartupBanner
{
    internal static void Print(SiloSettings settings, IEnumerable<string> stores) =>
        Console.WriteLine(
            $"""
            RemoteStore is ready. Stores: {string.Join(", ", stores)}
              clients   {settings.AdvertisedAddress ?? "127.0.0.1"}:{settings.GatewayPort}
              health    http://{settings.HttpAddress}:{settings.HttpPort}/health/ready
            Try, in another terminal:
              ./remotestore{(settings.GatewayPort == 30000 ? "" : $" -c 127.0.0.1:{settings.GatewayPort}")} put README.md hello/readme.md
              ./remotestore{(settings.GatewayPort == 30000 ? "" : $" -c 127.0.0.1:{settings.GatewayPort}")} ls -l hello
            Ctrl-C stops the silo.
            """
        );
}
