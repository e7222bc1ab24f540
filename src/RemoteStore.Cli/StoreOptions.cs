using System.CommandLine;

namespace RemoteStore.Cli;

/// <summary>The options that say which store a command works on; they stand before or after the command.</summary>
internal sealed class StoreOptions
{
    internal Option<string> Connect { get; } = new("--connect", "-c")
    {
        Description = "The silo's gateway, host:port; several are separated by commas. Environment: REMOTESTORE_CONNECT.",
        DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_CONNECT") ?? "127.0.0.1:30000",
        Recursive = true,
    };

    internal Option<string?> Config { get; } = new("--config")
    {
        Description = "Work without a silo, on the stores of this JSON configuration file. Environment: REMOTESTORE_CONFIG.",
        DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_CONFIG"),
        Recursive = true,
    };

    internal Option<string> Store { get; } = new("--store", "-s")
    {
        Description = "The name of the store. Environment: REMOTESTORE_STORE.",
        DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_STORE") ?? "main",
        Recursive = true,
    };

    internal Option<string> ClusterId { get; } = new("--cluster-id")
    {
        Description = "The cluster's id. Environment: REMOTESTORE_CLUSTER_ID.",
        DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_CLUSTER_ID") ?? "remotestore",
        Recursive = true,
    };

    internal void AddTo(RootCommand root)
    {
        root.Options.Add(Connect);
        root.Options.Add(Config);
        root.Options.Add(Store);
        root.Options.Add(ClusterId);
    }

    internal StoreAddress Read(ParseResult result) => new(
        result.GetValue(Connect)!, result.GetValue(Config), result.GetValue(Store)!, result.GetValue(ClusterId)!);

    private static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>Which store to open, and how.</summary>
internal sealed record StoreAddress(string Connect, string? Config, string Store, string ClusterId);
