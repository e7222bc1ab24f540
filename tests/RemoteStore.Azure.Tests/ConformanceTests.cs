using Azure.Storage.Blobs;
using RemoteStore.Conformance;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>The whole contract against Azurite.</summary>
public sealed class AzureTarget(AzuriteServer server) : BackendConformance(new AzureHarness(server, "azure", b => b));

/// <summary>The same through both bridges: async to sync, and back to async.</summary>
public sealed class AzureBridgedTarget(AzuriteServer server)
    : BackendConformance(new AzureHarness(server, "azure-bridged", b => new SyncBackendAdapter(new AsyncBackendSyncAdapter(b))));

/// <summary>A capability that comes or goes is a change that somebody sees.</summary>
public sealed class CapabilityTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_declares_all_but_what_it_cannot_do(bool hierarchical)
    {
        using var service = new ScriptedService();
        var lacks = CapabilitySet.All.Without(service.Open(hierarchical).Capabilities.Flags);
        Assert.Equal(Capability.AtomicMove | Capability.SeekableRead | Capability.ResumeStaging, lacks.Flags);
    }
}

/// <summary>A new container for every backend.</summary>
internal sealed class AzureHarness(AzuriteServer server, string name, Func<AsyncBackend, AsyncBackend> wrap) : BackendHarness
{
    public override string Name => name;

    public override bool IsHierarchical => false;

    public override bool KeepsStagedApart => false;

    public override int ModelRuns => 4;

    public override async ValueTask<AsyncBackend> CreateAsync()
    {
        server.Require();
        var container = new BlobServiceClient(server.ConnectionString).GetBlobContainerClient($"c{Guid.NewGuid():n}");
        await container.CreateAsync();
        return wrap(
            new AsyncAzureBackend(
                new AzureBackendOptions
                {
                    ConnectionString = server.ConnectionString,
                    Container = container.Name,
                    PartSize = 512 * 1024,
                }
            )
        );
    }

    public override ValueTask<AsyncBackend?> CreateDeniedAsync()
    {
        server.Require();
        var options = new AzureBackendOptions
        {
            ServiceUri = server.ServiceUri,
            AccountName = AzuriteServer.Account,
            AccountKey = Convert.ToBase64String(new byte[64]),
            Container = "denied",
        };
        return new(wrap(new AsyncAzureBackend(options)));
    }
}
