using Azure.Core;
using Azure.Storage.Blobs;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>A container of its own for each test, and backends over it.</summary>
public abstract class AzureTest(AzuriteServer server) : IAsyncLifetime
{
    private readonly List<AsyncAzureBackend> _backends = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected AzuriteServer Server => server;

    protected RequestLog Log { get; } = new();

    /// <summary>The bare SDK over the same container.</summary>
    protected BlobContainerClient Container { get; private set; } = null!;

    protected AsyncAzureBackend Backend { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        server.Require();
        Container = new BlobServiceClient(
            server.ConnectionString,
            new BlobClientOptions { TrimBlobNameSlashes = false }
        ).GetBlobContainerClient($"t{Guid.NewGuid():n}");
        await Container.CreateAsync(cancellationToken: Token);
        Backend = Open(o => o.ConfigureClient = c => c.AddPolicy(Log, HttpPipelinePosition.PerRetry));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends)
            await backend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected AsyncAzureBackend Open(Action<AzureBackendOptions>? change = null, RequestLog? log = null)
    {
        var options = new AzureBackendOptions { ConnectionString = server.ConnectionString, Container = Container.Name };
        if (log is not null)
            options.ConfigureClient = c => c.AddPolicy(log, HttpPipelinePosition.PerRetry);
        change?.Invoke(options);
        var backend = new AsyncAzureBackend(options);
        _backends.Add(backend);
        return backend;
    }

    /// <summary>The requests an action makes.</summary>
    protected async Task<string> RequestsOf(Func<Task> action)
    {
        Log.Clear();
        await action();
        return Log.Text;
    }
}
