using Amazon.S3.Model;

namespace RemoteStore.S3.Tests;

/// <summary>
/// The fence on the real server: a writer that was frozen while another wrote is refused, and nothing acknowledged is lost.
/// </summary>
public sealed class FenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_000)]
    [InlineData(6 * 1024 * 1024)]
    public async Task Frozen_writer_is_refused_at_its_late_commit(int size)
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        options.PartSize = S3BackendOptions.MinPartSize;
        await using var frozen = new AsyncS3Backend(options);
        await using var other = new AsyncS3Backend(options);
        var first = await other.WriteAsync("f", "first"u8.ToArray(), null, Token);

        await using var writer = await frozen.OpenAtomicAsync("f", WriteOptions.Matching(first.ETag!), Token);
        await writer.WriteAsync(new byte[size], Token);
        var token = await writer.DetachAsync(Token);
        var second = await other.WriteAsync("f", "second"u8.ToArray(), WriteOptions.Matching(first.ETag!), Token);

        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await frozen.CommitStagedAsync("f", token, WriteOptions.Matching(first.ETag!), Token)
        );
        Assert.Equal("second", await other.ReadTextAsync("f", null, Token));
        await other.CommitStagedAsync("f", token, WriteOptions.Matching(second.ETag!), Token);
        Assert.Equal(size, (await frozen.GetFileInfoAsync("f", Token)).Size);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(6 * 1024 * 1024)]
    public async Task Frozen_creator_is_refused_at_its_late_commit(int size)
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        options.PartSize = S3BackendOptions.MinPartSize;
        await using var frozen = new AsyncS3Backend(options);
        await using var other = new AsyncS3Backend(options);
        await using var writer = await frozen.OpenAtomicAsync("f", WriteOptions.CreateOnly, Token);
        await writer.WriteAsync(new byte[size], Token);
        await other.WriteAsync("f", "theirs"u8.ToArray(), WriteOptions.CreateOnly, Token);
        await Assert.ThrowsAsync<AlreadyExistsException>(async () => await writer.CommitAsync(Token));
        Assert.Equal("theirs", await other.ReadTextAsync("f", null, Token));
    }

    /// <summary>Ceph ignores the condition of a DELETE: the mark decides instead.</summary>
    [Fact]
    public async Task Stale_delete_takes_nothing()
    {
        await using var backend = new AsyncS3Backend(CephServer.Options(await CephServer.NewBucketAsync()));
        var first = await backend.WriteAsync("f", "same"u8.ToArray(), null, Token);
        var second = await backend.WriteAsync("f", "same"u8.ToArray(), WriteOptions.Replace, Token);
        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await backend.DeleteAsync("f", new DeleteOptions { IfMatch = first.ETag }, Token)
        );
        Assert.Equal("same", await backend.ReadTextAsync("f", null, Token));
        await backend.DeleteAsync("f", new DeleteOptions { IfMatch = second.ETag }, Token);
        Assert.Equal(EntryKind.None, await backend.GetKindAsync("f", Token));
    }

    /// <summary>Of many who delete one version one succeeds, and who creates the file again keeps it.</summary>
    [Fact]
    public async Task Deleters_and_creators_do_not_undo_each_other()
    {
        await using var backend = new AsyncS3Backend(CephServer.Options(await CephServer.NewBucketAsync()));
        for (var round = 0; round < 5; round++)
        {
            var version = (await backend.WriteAsync("f", "old"u8.ToArray(), null, Token)).ETag;
            var deleters = Enumerable
                .Range(0, 8)
                .Select(_ => OutcomeAsync(() => backend.DeleteAsync("f", new DeleteOptions { IfMatch = version }, Token).AsTask()));
            var creators = Enumerable
                .Range(0, 8)
                .Select(i => OutcomeAsync(() => backend.WriteAsync("f", "new"u8.ToArray(), WriteOptions.CreateOnly, Token).AsTask()));
            var running = (Deletes: Task.WhenAll(deleters), Creates: Task.WhenAll(creators));
            var (deleted, created) = (await running.Deletes, await running.Creates);
            Assert.Single(deleted, (Exception?)null);
            Assert.InRange(created.Count(e => e is null), 0, 1);
            Assert.Equal(created.Contains(null), await backend.ExistsAsync("f", Token));
            await backend.DeleteAsync("f", new DeleteOptions { IgnoreMissing = true }, Token);
        }
    }

    /// <summary>
    /// A deleter that died after its decision: the file is gone for everybody, and can be created again once no delete can come any longer.
    /// </summary>
    [Fact]
    public async Task Mark_of_a_dead_deleter_is_nothing_to_readers_and_gives_way_in_time()
    {
        var bucket = await CephServer.NewBucketAsync();
        await using var backend = new AsyncS3Backend(CephServer.Options(bucket));
        await MarkAsync(bucket, "d/gone", DateTimeOffset.UtcNow.AddSeconds(-5));
        await MarkAsync(bucket, "d/fresh", DateTimeOffset.UtcNow.AddSeconds(100));
        await backend.WriteAsync("d/odd", new byte[S3Tombstone.Size], null, Token);
        foreach (var key in new[] { "d/gone", "d/fresh" })
        {
            Assert.Equal(EntryKind.None, await backend.GetKindAsync(key, Token));
            await Assert.ThrowsAsync<NotFoundException>(async () => await backend.ReadBytesAsync(key, null, Token));
            await Assert.ThrowsAsync<NotFoundException>(async () => await backend.DeleteAsync(key, null, Token));
            await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
                await backend.WriteAsync(key, "x"u8.ToArray(), WriteOptions.Matching(WriteOptions.Any), Token)
            );
        }

        Assert.Equal(["d/odd"], await backend.ListFilesAsync("d", null, Token).Select(f => f.Path).ToListAsync(Token));
        await backend.WriteAsync("d/gone", "again"u8.ToArray(), WriteOptions.CreateOnly, Token);
        Assert.Equal("again", await backend.ReadTextAsync("d/gone", null, Token));
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.WriteAsync("d/fresh", "x"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(102));
    }

    /// <summary>The service itself refuses the delete of a deleter that slept too long.</summary>
    [Fact]
    public async Task Delete_that_comes_too_late_is_refused_by_the_service()
    {
        var bucket = await CephServer.NewBucketAsync();
        using var client = CephServer.NewClient();
        await client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = "f",
                ContentBody = "x",
                UseChunkEncoding = false,
            },
            Token
        );
        var late = await client.GetPreSignedURLAsync(
            new GetPreSignedUrlRequest
            {
                BucketName = bucket,
                Key = "f",
                Verb = Amazon.S3.HttpVerb.DELETE,
                Protocol = Amazon.S3.Protocol.HTTP,
                Expires = DateTime.UtcNow.AddSeconds(1),
            }
        );
        using var http = new HttpClient();
        var expired = DateTimeOffset.UtcNow.AddSeconds(1);
        while (await ServerTimeAsync(http) <= expired)
        {
            // The service's own clock decides, so it is the one to ask.
        }

        using var answer = await http.DeleteAsync(new Uri(late), Token);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.NotNull(await client.GetObjectMetadataAsync(bucket, "f", Token));
    }

    [Fact]
    public async Task Commit_that_replaces_is_recorded_by_its_operation()
    {
        await using var backend = new AsyncS3Backend(CephServer.Options(await CephServer.NewBucketAsync()));
        await using var writer = await backend.OpenAtomicAsync("f", WriteOptions.Replace, Token);
        await writer.WriteAsync(new byte[100], Token);
        var token = await writer.DetachAsync(Token);
        var operation = Guid.NewGuid();
        await backend.CommitStagedAsync("f", token, WriteOptions.Replace with { OperationId = operation }, Token);
        Assert.Equal(100, (await backend.FindRecordAsync("f", operation, Token))?.Made?.Size);
    }

    [Fact]
    public async Task Sweep_drops_what_was_forgotten_and_nothing_else()
    {
        var bucket = await CephServer.NewBucketAsync();
        var options = CephServer.Options(bucket);
        options.PartSize = S3BackendOptions.MinPartSize;
        await using var backend = new AsyncS3Backend(options);
        await backend.WriteAsync("kept", "x"u8.ToArray(), null, Token);
        var writer = await backend.OpenAtomicAsync("f", WriteOptions.Replace, Token);
        await writer.WriteAsync(new byte[100], Token);
        var token = await writer.DetachAsync(Token);
        using var client = CephServer.NewClient();
        await client.InitiateMultipartUploadAsync(bucket, "forgotten", Token);

        Assert.Equal(0, await backend.CleanUpAsync(TimeSpan.FromHours(1), Token));
        Assert.Equal(2, await backend.CleanUpAsync(TimeSpan.FromSeconds(-5), Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.CommitStagedAsync("f", token, WriteOptions.Replace, Token));
        Assert.Equal(["kept"], await backend.ListFilesAsync("", null, Token).Select(f => f.Path).ToListAsync(Token));
    }

    private static async Task<DateTimeOffset> ServerTimeAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(CephServer.Endpoint, Token);
        return answer.Headers.Date!.Value;
    }

    private static async Task MarkAsync(string bucket, string key, DateTimeOffset until)
    {
        using var client = CephServer.NewClient();
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            UseChunkEncoding = false,
            InputStream = new MemoryStream(S3Tombstone.Bytes(S3History.New()).ToArray()),
        };
        S3Metadata.Write(request.Metadata, null, S3History.New(), until.ToUnixTimeSeconds());
        await client.PutObjectAsync(request, Token);
    }

    private static async Task<Exception?> OutcomeAsync(Func<Task> call)
    {
        await Task.Yield();
        return await Record.ExceptionAsync(call);
    }
}
