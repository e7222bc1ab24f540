using Azure.Core;
using Azure.Storage.Blobs;

namespace RemoteStore;

/// <summary>
/// The access to a container. Set exactly one of <see cref="ContainerClient"/>, <see cref="ConnectionString"/>, or an
/// account (<see cref="AccountName"/> or <see cref="ServiceUri"/>) with at most one of <see cref="AccountKey"/>,
/// <see cref="SasToken"/> and <see cref="Credential"/>. An account alone uses the identity of the environment (managed
/// identity, workload identity, developer sign-in).
/// </summary>
public sealed class AzureBackendOptions
{
    /// <summary>The name in errors and metrics; default <c>azure</c>.</summary>
    public string Name { get; set; } = "azure";

    /// <summary>
    /// The container, 3 to 63 characters. It must exist: the backend never creates it. Not required with <see cref="ContainerClient"/>.
    /// </summary>
    public string? Container { get; set; }

    /// <summary>A connection string with a key or a shared access signature.</summary>
    public Secret? ConnectionString { get; set; }

    /// <summary>The storage account, 3 to 24 lower-case letters and digits.</summary>
    public string? AccountName { get; set; }

    /// <summary>
    /// The blob endpoint; default <c>https://{AccountName}.blob.core.windows.net</c>. Must not contain a signature: use
    /// <see cref="SasToken"/>.
    /// </summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>The key of the account, in base64; requires <see cref="AccountName"/>.</summary>
    public Secret? AccountKey { get; set; }

    /// <summary>A shared access signature for the account or the container: read, add, create, write, delete, list.</summary>
    public Secret? SasToken { get; set; }

    /// <summary>A credential of the caller; it is never disposed. Requires https.</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>
    /// The client id of a user-assigned managed identity; default the system-assigned one. Used only if no credential is set.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>A client of the caller with its own credential, retries (preferably none) and transport; it is never disposed.</summary>
    public BlobContainerClient? ContainerClient { get; set; }

    /// <summary>
    /// Whether the account has a hierarchical namespace (Data Lake Storage Gen2); default false. It is never detected:
    /// with a wrong value folders appear as files.
    /// </summary>
    public bool HierarchicalNamespace { get; set; }

    /// <summary>
    /// The Data Lake endpoint, for renames and deletions of trees in a hierarchical namespace; default the blob
    /// endpoint with <c>.dfs.</c> instead of <c>.blob.</c>.
    /// </summary>
    public Uri? DataLakeServiceUri { get; set; }

    /// <summary>
    /// The size of a staged block and of the largest write in one request, in bytes: 65,536 to 104,857,600; default 4
    /// MiB. Files of more than 10,000 blocks use larger ones.
    /// </summary>
    public int PartSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The blocks of one upload in flight at once, and the deletions of one folder in flight at once: 1 to 64; default
    /// 4. An upload holds one block more in memory.
    /// </summary>
    public int MaxConcurrency { get; set; } = 4;

    /// <summary>
    /// How often the SDK retries a failed read or staged block: 0 to 10; default 0. Keep it at 0 where a resilience
    /// layer retries, so that retries do not multiply. A visible change is retried only when the service was too busy
    /// to begin. Ignored with <see cref="ContainerClient"/>.
    /// </summary>
    public int MaxRetries { get; set; }

    /// <summary>
    /// The timeout of one attempt of a request until its response begins, and the longest time without data while
    /// content is read: 1 s to 1 h; default 100 s. Ignored with <see cref="ContainerClient"/>.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// Final changes to the options of the SDK (transport, diagnostics, service version); called once, before the client is created.
    /// </summary>
    public Action<BlobClientOptions>? ConfigureClient { get; set; }

    /// <summary>The faults: each property, and what it must be, without its value. Empty when the options are valid.</summary>
    public IEnumerable<(string Property, string Fault)> Check() => CheckAccess().Concat(CheckAddresses()).Concat(CheckRanges());

    /// <summary>Throws when the options are inconsistent or incomplete.</summary>
    /// <exception cref="ArgumentException">The message names the property, never a secret's value.</exception>
    public void Validate()
    {
        foreach (var (property, fault) in Check())
            throw new ArgumentException($"{property}: {fault}");
    }

    /// <summary>The name and the container; never a secret.</summary>
    public override string ToString() => $"{nameof(AzureBackendOptions)}({Name}, {ContainerClient?.Name ?? Container})";

    private IEnumerable<(string Property, string Fault)> CheckAccess()
    {
        var account = AccountName is not null || ServiceUri is not null;
        if (Count(ContainerClient, ConnectionString, account ? this : null) != 1)
            yield return (
                nameof(ConnectionString),
                "exactly one of ConnectionString, ContainerClient and AccountName/ServiceUri must be set."
            );
        var keys = Count(AccountKey, SasToken, Credential);
        if (keys > 1 || (keys == 1 && !account))
            yield return (
                nameof(Credential),
                "at most one of Credential, AccountKey and SasToken may be set, and only with AccountName or ServiceUri."
            );
        if (AccountKey is not null && AccountName is null)
            yield return (nameof(AccountName), "must be set with AccountKey.");
    }

    // Names: learn.microsoft.com, "Naming rules and restrictions for Azure resources", Microsoft.Storage. $web, $root
    // and $logs are containers of the service.
    private IEnumerable<(string Property, string Fault)> CheckAddresses()
    {
        if (ContainerClient is null && !IsContainerName(Container))
            yield return (
                nameof(Container),
                "must be 3 to 63 lower-case letters, digits and single hyphens between them, or $root, $web or $logs."
            );
        if (
            AccountName is { } account
            && (account.Length is < 3 or > 24 || !account.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
        )
            yield return (nameof(AccountName), "must be 3 to 24 lower-case letters and digits.");
        if (IsBadAddress(ServiceUri))
            yield return (
                nameof(ServiceUri),
                "must be an absolute http or https address without a query (a signature goes into SasToken), user name or password."
            );
        if (IsBadAddress(DataLakeServiceUri))
            yield return (nameof(DataLakeServiceUri), "must be an absolute http or https address without a query, user name or password.");
    }

    private IEnumerable<(string Property, string Fault)> CheckRanges()
    {
        if (string.IsNullOrWhiteSpace(Name))
            yield return (nameof(Name), "must not be empty.");
        if (PartSize is < 64 * 1024 or > 100 * 1024 * 1024)
            yield return (nameof(PartSize), "must be between 65,536 and 104,857,600 bytes.");
        if (MaxConcurrency is < 1 or > 64)
            yield return (nameof(MaxConcurrency), "must be between 1 and 64.");
        if (MaxRetries is < 0 or > 10)
            yield return (nameof(MaxRetries), "must be between 0 and 10.");
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromHours(1))
            yield return (nameof(RequestTimeout), "must be between 1 second and 1 hour.");
    }

    private static bool IsContainerName(string? name) =>
        name is "$root" or "$web" or "$logs"
        || (
            name is { Length: >= 3 and <= 63 }
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && name[0] != '-'
            && name[^1] != '-'
            && !name.Contains("--", StringComparison.Ordinal)
        );

    private static bool IsBadAddress(Uri? address) =>
        address is not null
        && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || address.Query.Length > 0 || address.UserInfo.Length > 0);

    private static int Count(params ReadOnlySpan<object?> values)
    {
        var count = 0;
        foreach (var value in values)
            count += value is null ? 0 : 1;
        return count;
    }
}
