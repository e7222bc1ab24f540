using Azure.Core;
using Azure.Storage.Blobs;
using RemoteStore.Conformance;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>Two owners of one path over the real server; the late one is stopped in its transport, with its commit in hand.</summary>
public sealed class TwinTests(AzuriteServer server) : FenceConformance
{
    protected override async ValueTask<(AsyncBackend Late, AsyncBackend Other)> OpenTwinsAsync(Func<Task> hold)
    {
        server.Require();
        var container = new BlobServiceClient(server.ConnectionString).GetBlobContainerClient($"c{Guid.NewGuid():n}");
        await container.CreateAsync();
        var log = new RequestLog
        {
            Before = request => request is "PUT" or "PUT blocklist" or "PUT copy" or "DELETE" ? hold() : Task.CompletedTask,
        };
        var options = new AzureBackendOptions { ConnectionString = server.ConnectionString, Container = container.Name };
        var late = new AzureBackendOptions
        {
            ConnectionString = server.ConnectionString,
            Container = container.Name,
            ConfigureClient = c => c.AddPolicy(log, HttpPipelinePosition.PerRetry),
        };
        return (new AsyncAzureBackend(late), new AsyncAzureBackend(options));
    }
}
