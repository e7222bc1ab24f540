using Azure.Core;
using Azure.Storage.Blobs;

namespace RemoteStore;

/// <summary>
/// How to reach a container. Give exactly one of <see cref="ContainerClient"/>, <see cref="ConnectionString"/>, or an account
/// (<see cref="AccountName"/> or <see cref="ServiceUri"/>) with at most one of <see cref="AccountKey"/>, <see cref="SasToken"/> and
/// <see cref="Credential"/>; an account alone means the environment's own identity (managed identity, workload identity, developer sign-in).
/// </summary>
public sealed class AzureBackendOptions
{
    /// <summary>The name in errors and metrics; default <c>azure</c>.</summary>
    public string Name { get; set; } = "azure";

    /// <summary>The container, 3 to 63 characters. It must exist: the backend never creates it. Not needed with <see cref="ContainerClient"/>.</summary>
    public string? Container { get; set; }

    /// <summary>A connection string with a key or a shared access signature.</summary>
    public Secret? ConnectionString { get; set; }

    /// <summary>The storage account, 3 to 24 lower-case letters and digits.</summary>
    public string? AccountName { get; set; }

    /// <summary>The blob endpoint; default <c>https://{AccountName}.blob.core.windows.net</c>. Holds no signature: that is <see cref="SasToken"/>.</summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>The account's key, in base64; needs <see cref="AccountName"/>.</summary>
    public Secret? AccountKey { get; set; }

    /// <summary>A shared access signature for the account or the container: read, add, create, write, delete, list.</summary>
    public Secret? SasToken { get; set; }

    /// <summary>A credential of the caller's; it is never disposed. Needs https.</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>The client id of a user-assigned managed identity; default the system-assigned one. Only where no credential is given.</summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>A client of the caller's with its own credential, retries (best none) and transport; it is never disposed.</summary>
    public BlobContainerClient? ContainerClient { get; set; }

    /// <summary>
    /// Whether the account has a hierarchical namespace (Data Lake Storage Gen2); default false. It is never guessed: a wrong value makes
    /// folders look like files.
    /// </summary>
    public bool HierarchicalNamespace { get; set; }

    /// <summary>
    /// The Data Lake endpoint, for renames and deletions of trees in a hierarchical namespace; default the blob endpoint with <c>.blob.</c>
    /// replaced by <c>.dfs.</c>.
    /// </summary>
    public Uri? DataLakeServiceUri { get; set; }

    /// <summary>
    /// The bytes of a staged block and of the largest write in one request: 65,536 to 104,857,600; default 4 MiB. Files of more than 10,000
    /// blocks use larger ones.
    /// </summary>
    public int BlockSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>The blocks in flight of one upload, and the deletions in flight of one folder: 1 to 64; default 4. An upload holds one block more in memory.</summary>
    public int MaxConcurrency { get; set; } = 4;

    /// <summary>
    /// How often the SDK repeats a failed read or staged block: 0 to 10; default 0. Leave it at 0 where a resilience layer retries: two layers multiply.
    /// A change that could be seen is repeated only when the service was too busy to begin. Ignored with <see cref="ContainerClient"/>.
    /// </summary>
    public int MaxRetries { get; set; }

    /// <summary>
    /// How long one try of a request may take until its answer begins, and how long a body may be silent: more than zero; default 100 s. Ignored with
    /// <see cref="ContainerClient"/>.
    /// </summary>
    public TimeSpan NetworkTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>Last changes to the SDK's options (transport, diagnostics, service version); runs once, before the client is built.</summary>
    public Action<BlobClientOptions>? ConfigureClient { get; set; }

    /// <summary>Throws when the options contradict each other or are incomplete.</summary>
    /// <exception cref="ArgumentException">The message names the option, never a secret's value.</exception>
    public void Validate()
    {
        Check(!string.IsNullOrWhiteSpace(Name), nameof(Name), "is not blank");
        CheckAccess();
        Check(ContainerClient is not null || Container is { Length: >= 3 and <= 63 }, nameof(Container), "has 3 to 63 characters");
        Check(BlockSize is >= 64 * 1024 and <= 100 * 1024 * 1024, nameof(BlockSize), "is 65,536 to 104,857,600 bytes");
        Check(MaxConcurrency is >= 1 and <= 64, nameof(MaxConcurrency), "is 1 to 64");
        Check(MaxRetries is >= 0 and <= 10, nameof(MaxRetries), "is 0 to 10");
        Check(NetworkTimeout > TimeSpan.Zero, nameof(NetworkTimeout), "is more than zero");
    }

    /// <summary>The name and the container; never a secret.</summary>
    public override string ToString() => $"{nameof(AzureBackendOptions)}({Name}, {ContainerClient?.Name ?? Container})";

    private static void Check(bool holds, string option, string rule)
    {
        if (!holds)
            throw new ArgumentException($"The Azure option {option} {rule}.", option);
    }

    private void CheckAccess()
    {
        var account = AccountName is not null || ServiceUri is not null;
        var ways = Count(ContainerClient, ConnectionString, account ? this : null);
        Check(ways == 1, nameof(ConnectionString), "or ContainerClient, or AccountName/ServiceUri: give exactly one of the three");
        var keys = Count(AccountKey, SasToken, Credential);
        Check(keys == 0 || (account && keys == 1), nameof(Credential), "or AccountKey or SasToken: at most one, and only with AccountName or ServiceUri");
        Check(AccountKey is null || AccountName is not null, nameof(AccountName), "is needed with AccountKey");
        Check(string.IsNullOrEmpty(ServiceUri?.Query), nameof(ServiceUri), "has no query: a signature goes into SasToken");
    }

    private static int Count(params ReadOnlySpan<object?> values)
    {
        var count = 0;
        foreach (var value in values)
            count += value is null ? 0 : 1;
        return count;
    }
}
