using Azure;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace RemoteStore.AzureBlobs;

/// <summary>Creates the clients of the SDK from options; no I/O happens.</summary>
internal static class AzureClients
{
    internal static AzureDriver Driver(AzureBackendOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var container = options.ContainerClient ?? Service(options).GetBlobContainerClient(options.Container);
        var signature = options.SasToken?.Reveal().TrimStart('?') ?? container.Uri.Query.TrimStart('?');
        var dataLake = options.HierarchicalNamespace ? DataLake(options, container, signature) : null;
        return new AzureDriver(container, signature, dataLake, options, clock);
    }

    private static BlobServiceClient Service(AzureBackendOptions options)
    {
        var settings = Settings(options);
        try
        {
            if (options.ConnectionString is { } text)
                return new BlobServiceClient(text.Reveal(), settings);
            var uri = options.ServiceUri ?? new Uri($"https://{options.AccountName}.blob.core.windows.net");
            if (options.AccountKey is { } key)
                return new BlobServiceClient(uri, new StorageSharedKeyCredential(options.AccountName, key.Reveal()), settings);
            return options.SasToken is { } sas
                ? new BlobServiceClient(uri, new AzureSasCredential(sas.Reveal()), settings)
                : new BlobServiceClient(uri, options.Credential ?? Ambient(options), settings);
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            // The cause may quote a part of the secret, so it is not passed on.
            var option = options switch
            {
                { ConnectionString: not null } => nameof(options.ConnectionString),
                { AccountKey: not null } => nameof(options.AccountKey),
                _ => nameof(options.SasToken),
            };
            throw new ArgumentException($"{nameof(AzureBackendOptions)}.{option} is malformed.", option);
        }
    }

    private static DefaultAzureCredential Ambient(AzureBackendOptions options) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = options.ManagedIdentityClientId });

    private static BlobClientOptions Settings(AzureBackendOptions options)
    {
        // Names created by other programs may begin or end with a slash; trimmed, one name would be mistaken for another.
        var settings = new BlobClientOptions { TrimBlobNameSlashes = false };
        settings.Retry.MaxRetries = options.MaxRetries;
        settings.Retry.NetworkTimeout = options.RequestTimeout;
        options.ConfigureClient?.Invoke(settings);
        settings.RetryPolicy ??= new NoRetryWritesPolicy(settings.Retry);
        return settings;
    }

    private static DataLakeCalls DataLake(AzureBackendOptions options, BlobContainerClient container, string signature)
    {
        var service = container.GetParentBlobServiceClient();
        var blobs = service.Uri.GetLeftPart(UriPartial.Path);
        var uri =
            options.DataLakeServiceUri?.GetLeftPart(UriPartial.Path)
            ?? (blobs.Contains(".blob.", StringComparison.Ordinal) ? blobs.Replace(".blob.", ".dfs.", StringComparison.Ordinal) : null)
            ?? throw new ArgumentException(
                $"{nameof(AzureBackendOptions)}.{nameof(options.DataLakeServiceUri)} must be set: "
                    + "it cannot be derived from the blob endpoint."
            );
        // A signature credential signs the requests of the pipeline; a signature in the address of the client must be repeated here.
        return new DataLakeCalls(
            PipelineOf.Client(service),
            uri.TrimEnd('/'),
            container.Name,
            container.Uri.Query.TrimStart('?'),
            signature
        );
    }

    /// <summary>Gives access to the pipeline of a client: it signs with the client's credential.</summary>
    private sealed class PipelineOf : BlobServiceClient
    {
        internal static HttpPipeline Client(BlobServiceClient service) => GetHttpPipeline(service);
    }
}
