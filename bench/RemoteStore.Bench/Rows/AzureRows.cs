using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace RemoteStore.Bench;

/// <summary>
/// The Azure backend against the bare SDK, on the server that REMOTESTORE_AZURE (a connection string) names; no rows without it. For
/// Azurite: <c>scripts/servers/azurite run</c>, and <c>UseDevelopmentStorage=true</c>.
/// </summary>
internal sealed class AzureRows : IRowGroup
{
    private const int Small = 16 * 1024;
    private const int Large = 32 * 1024 * 1024;
    private const int PartSize = 4 * 1024 * 1024;
    private static readonly Goal SmallGoal = Goal.AtMost(1.3, " x");
    private static readonly Goal LargeGoal = Goal.AtMost(1.15, " x");
    private readonly byte[] _small = Bytes(Small);
    private readonly byte[] _large = Bytes(Large);

    public string Name => "azure";

    public IEnumerable<Row> Run()
    {
        if (Environment.GetEnvironmentVariable("REMOTESTORE_AZURE") is not { } connection)
            yield break;
        var container = new BlobServiceClient(connection).GetBlobContainerClient($"bench{Guid.NewGuid():n}");
        container.Create();
        var backend = new AsyncAzureBackend(
            new AzureBackendOptions
            {
                ConnectionString = connection,
                Container = container.Name,
                PartSize = PartSize,
            }
        );
        try
        {
            yield return SmallWrite(backend, container);
            yield return SmallRead(backend, container);
            yield return LargeWrite(backend, container);
            yield return LargeRead(backend, container);
        }
        finally
        {
            container.Delete();
        }
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static Action<int> IsRetry(Func<Task> call) => n => RepeatAsync(n, call).GetAwaiter().GetResult();

    private static async Task RepeatAsync(int count, Func<Task> call)
    {
        for (var i = 0; i < count; i++)
            await call();
    }

    private Row SmallWrite(AsyncAzureBackend backend, BlobContainerClient container)
    {
        var content = BinaryData.FromBytes(_small);
        var blob = container.GetBlobClient("small");
        return Ratio.Time(
            "write of 16 KiB",
            "the bare SDK",
            SmallGoal,
            100,
            IsRetry(async () => await backend.WriteAsync("small", _small, WriteOptions.Replace)),
            IsRetry(() => blob.UploadAsync(content, overwrite: true))
        );
    }

    private static Row SmallRead(AsyncAzureBackend backend, BlobContainerClient container) =>
        Ratio.Time(
            "read of 16 KiB",
            "the bare SDK",
            SmallGoal,
            100,
            IsRetry(async () => await backend.ReadBytesAsync("small")),
            IsRetry(() => container.GetBlobClient("small").DownloadContentAsync())
        );

    private Row LargeWrite(AsyncAzureBackend backend, BlobContainerClient container)
    {
        var settings = new BlobUploadOptions
        {
            TransferOptions = new StorageTransferOptions
            {
                InitialTransferSize = PartSize,
                MaximumTransferSize = PartSize,
                MaximumConcurrency = 4,
            },
        };
        return Ratio.Time(
            "write of 32 MiB from a stream",
            "the bare SDK, same blocks in flight",
            LargeGoal,
            2,
            IsRetry(async () => await backend.WriteAsync("large", new MemoryStream(_large), WriteOptions.Replace)),
            IsRetry(() => container.GetBlockBlobClient("large").UploadAsync(new MemoryStream(_large), settings))
        );
    }

    private static Row LargeRead(AsyncAzureBackend backend, BlobContainerClient container) =>
        Ratio.Time(
            "read of 32 MiB as a stream",
            "the bare SDK",
            LargeGoal,
            2,
            IsRetry(async () =>
            {
                await using var stream = await backend.ReadAsync("large");
                await stream.CopyToAsync(Stream.Null);
            }),
            IsRetry(async () =>
            {
                using var download = (await container.GetBlobClient("large").DownloadStreamingAsync()).Value;
                await download.Content.CopyToAsync(Stream.Null);
            })
        );
}
