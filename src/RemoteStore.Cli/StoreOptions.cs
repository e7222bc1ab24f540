using System.CommandLine;
using RemoteStore.Grains;

namespace RemoteStore.Cli;

/// <summary>The options that select the store of a command; allowed before and after the command.</summary>
internal sealed class StoreOptions
{
    internal Option<string> Connect { get; } =
        new("--connect", "-c")
        {
            Description = "The gateway of a silo, as host:port; separate several by commas. Environment: REMOTESTORE_CONNECT.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_CONNECT") ?? "127.0.0.1:30000",
            Recursive = true,
        };

    internal Option<string?> Config { get; } =
        new("--config")
        {
            Description = "Use the stores of this JSON configuration file, without a silo. Environment: REMOTESTORE_CONFIG.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_CONFIG"),
            Recursive = true,
        };

    internal Option<string> Store { get; } =
        new("--store", "-s")
        {
            Description = "The name of the store. Environment: REMOTESTORE_STORE.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_STORE") ?? "main",
            Recursive = true,
        };

    internal Option<string> ClusterId { get; } =
        new("--cluster-id")
        {
            Description = "The id of the cluster. Environment: REMOTESTORE_CLUSTER_ID.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_CLUSTER_ID") ?? "remotestore",
            Recursive = true,
        };

    internal Option<string?> TlsCertificate { get; } =
        new("--tls-certificate")
        {
            Description = "The PEM file with this client's certificate, for a cluster with TLS. Environment: REMOTESTORE_TLS_CERTIFICATE.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_TLS_CERTIFICATE"),
            Recursive = true,
        };

    internal Option<string?> TlsKey { get; } =
        new("--tls-key")
        {
            Description = "The PEM file with the private key of --tls-certificate. Environment: REMOTESTORE_TLS_KEY.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_TLS_KEY"),
            Recursive = true,
        };

    internal Option<string?> TlsAuthority { get; } =
        new("--tls-authority")
        {
            Description = "The PEM file with the certificates of the cluster's authority. Environment: REMOTESTORE_TLS_AUTHORITY.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_TLS_AUTHORITY"),
            Recursive = true,
        };

    internal Option<string> TlsSiloName { get; } =
        new("--tls-silo-name")
        {
            Description = "The DNS name in the certificates of the cluster's silos. Environment: REMOTESTORE_TLS_SILO_NAME.",
            DefaultValueFactory = _ => FromEnvironment("REMOTESTORE_TLS_SILO_NAME") ?? new ClusterTlsOptions().SiloName,
            Recursive = true,
        };

    internal void AddTo(RootCommand root)
    {
        root.Options.Add(Connect);
        root.Options.Add(Config);
        root.Options.Add(Store);
        root.Options.Add(ClusterId);
        root.Options.Add(TlsCertificate);
        root.Options.Add(TlsKey);
        root.Options.Add(TlsAuthority);
        root.Options.Add(TlsSiloName);
    }

    /// <summary>Options that exclude each other, because one of them would have no effect.</summary>
    internal IEnumerable<string> Conflicts(ParseResult result) =>
        IsGiven(result, Config)
            ? OfConnection
                .Where(o => IsGiven(result, o))
                .Select(o => $"--config works without a silo: it cannot be combined with {o.Name}.")
            : [];

    // The command line takes precedence over the configuration file of the environment.
    private string? ConfigOf(ParseResult result) =>
        !IsGiven(result, Config) && OfConnection.Any(o => IsGiven(result, o)) ? null : result.GetValue(Config);

    private Option[] OfConnection => [Connect, ClusterId, TlsCertificate, TlsKey, TlsAuthority, TlsSiloName];

    private static bool IsGiven(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };

    internal StoreAddress Read(ParseResult result) =>
        new(
            result.GetValue(Connect)!,
            ConfigOf(result),
            result.GetValue(Store)!,
            result.GetValue(ClusterId)!,
            new ClusterTlsOptions
            {
                Certificate = result.GetValue(TlsCertificate),
                Key = result.GetValue(TlsKey),
                Authority = result.GetValue(TlsAuthority),
                SiloName = result.GetValue(TlsSiloName)!,
            }
        );

    private static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>The store to open, and how to reach it.</summary>
internal sealed record StoreAddress(string Connect, string? Config, string Store, string ClusterId, ClusterTlsOptions Tls);
