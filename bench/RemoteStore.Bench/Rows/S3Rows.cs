using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

namespace RemoteStore.Bench;

/// <summary>
/// The S3 backend against the bare SDK, on the server that REMOTESTORE_S3 names as "endpoint key secret"; no rows without it. For Ceph:
/// <c>scripts/servers/ceph run FOLDER PORT KEY SECRET</c>.
/// </summary>
internal sealed class S3Rows : IRowGroup
{
    private const int Small = 16 * 1024;
    private const int Large = 64 * 1024 * 1024;
    private const int PartSize = 8 * 1024 * 1024;
    private const string Bucket = "bench";
    private static readonly Goal SmallGoal = Goal.AtMost(1.3, " x");
    private static readonly Goal LargeGoal = Goal.AtMost(1.15, " x");
    private readonly byte[] _small = Bytes(Small);
    private readonly byte[] _large = Bytes(Large);

    public string Name => "s3";

    public IEnumerable<Row> Run()
    {
        if (Environment.GetEnvironmentVariable("REMOTESTORE_S3")?.Split(' ') is not [var endpoint, var key, var secret])
            yield break;
        using var client = NewClient(endpoint, key, secret);
        client.PutBucketAsync(Bucket).GetAwaiter().GetResult();
        var backend = new AsyncS3Backend(
            new S3BackendOptions
            {
                Bucket = Bucket,
                Endpoint = new Uri(endpoint),
                AccessKey = key,
                SecretKey = secret,
                PartSize = PartSize,
            }
        );
        yield return SmallWrite(backend, client);
        yield return SmallRead(backend, client);
        yield return LargeWrite(backend, client);
        yield return LargeRead(backend, client);
        backend.DeleteFolderAsync("b", new DeleteFolderOptions { Recursive = true }).AsTask().GetAwaiter().GetResult();
        backend.CloseAsync().AsTask().GetAwaiter().GetResult();
    }

    private static AmazonS3Client NewClient(string endpoint, string key, string secret) =>
        new(
            new BasicAWSCredentials(key, secret),
            new AmazonS3Config
            {
                ServiceURL = endpoint,
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            }
        );

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

    private Row SmallWrite(AsyncS3Backend backend, AmazonS3Client client) =>
        Ratio.Time(
            "write of 16 KiB",
            "the bare SDK",
            SmallGoal,
            50,
            IsRetry(async () => await backend.WriteAsync("b/small", _small, WriteOptions.Replace)),
            IsRetry(() =>
                client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = Bucket,
                        Key = "b/small",
                        InputStream = new MemoryStream(_small),
                        UseChunkEncoding = false,
                    }
                )
            )
        );

    private static Row SmallRead(AsyncS3Backend backend, AmazonS3Client client) =>
        Ratio.Time(
            "read of 16 KiB",
            "the bare SDK",
            SmallGoal,
            50,
            IsRetry(async () => await backend.ReadBytesAsync("b/small")),
            IsRetry(async () =>
            {
                using var answer = await client.GetObjectAsync(Bucket, "b/small");
                await answer.ResponseStream.CopyToAsync(new MemoryStream(Small));
            })
        );

    private Row LargeWrite(AsyncS3Backend backend, AmazonS3Client client)
    {
        var transfer = new TransferUtility(
            client,
            new TransferUtilityConfig { ConcurrentServiceRequests = 4, MinSizeBeforePartUpload = PartSize }
        );
        return Ratio.Time(
            "write of 64 MiB from a stream",
            "the SDK's TransferUtility, same parts in flight",
            LargeGoal,
            2,
            IsRetry(async () => await backend.WriteAsync("b/large", new MemoryStream(_large), WriteOptions.Replace)),
            IsRetry(() =>
                transfer.UploadAsync(
                    new TransferUtilityUploadRequest
                    {
                        BucketName = Bucket,
                        Key = "b/large",
                        InputStream = new MemoryStream(_large),
                        PartSize = PartSize,
                    }
                )
            )
        );
    }

    private static Row LargeRead(AsyncS3Backend backend, AmazonS3Client client) =>
        Ratio.Time(
            "read of 64 MiB as a stream",
            "the bare SDK",
            LargeGoal,
            2,
            IsRetry(async () =>
            {
                await using var stream = await backend.ReadAsync("b/large");
                await stream.CopyToAsync(Stream.Null);
            }),
            IsRetry(async () =>
            {
                using var answer = await client.GetObjectAsync(Bucket, "b/large");
                await answer.ResponseStream.CopyToAsync(Stream.Null);
            })
        );
}
