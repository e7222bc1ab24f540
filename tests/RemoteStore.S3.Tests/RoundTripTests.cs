using RemoteStore.Conformance;

namespace RemoteStore.S3.Tests;

/// <summary>What each operation costs in requests, on the wire to Ceph. The table in docs/backends/s3.md says the same.</summary>
public sealed class RoundTripTests
{
    private const int Part = S3BackendOptions.MinPartSize;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_operation_costs_what_the_document_says()
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        options.PartSize = Part;
        await using var backend = new AsyncS3Backend(options);
        await backend.CheckHealthAsync(Token);
        using var sent = new SentRequests(options.Bucket);
        var costs = new List<(string What, string Cost)>();

        await Count("create, in memory", async () => await backend.WriteAsync("d/f", "one"u8.ToArray(), null, Token));
        await Count("replace, in memory", async () => await backend.WriteAsync("d/f", "two"u8.ToArray(), WriteOptions.Replace, Token));
        await Count(
            "replace, small stream",
            async () => await backend.WriteAsync("d/f", new TestContent(1000), WriteOptions.Replace, Token)
        );
        await Count(
            "replace, stream up to a part",
            async () => await backend.WriteAsync("d/g", new TestContent(Part), WriteOptions.Replace, Token)
        );
        await Count(
            "create only, in memory",
            async () => await backend.WriteAsync("d/c", "one"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        var info = await backend.GetFileInfoAsync("d/f", Token);
        sent.Take();
        await Count(
            "replace one version",
            async () => await backend.WriteAsync("d/f", "three"u8.ToArray(), WriteOptions.Matching(info.ETag!), Token)
        );
        await Count("read", async () => await backend.ReadBytesAsync("d/f", null, Token));
        await Count("read a range", async () => await backend.ReadBytesAsync("d/f", ReadOptions.At(1, 2), Token));
        await Count("info", async () => await backend.GetFileInfoAsync("d/f", Token));
        await Count("kind of a folder", async () => await backend.GetKindAsync("d", Token));
        await Count("list", async () => await backend.ListAsync("d", null, Token).ToListAsync(Token));
        await Count("copy, replacing", async () => await backend.CopyAsync("d/f", "d/h", MoveCopyOptions.Replace, Token));
        await Count("move, replacing", async () => await backend.MoveAsync("d/h", "d/i", MoveCopyOptions.Replace, Token));
        await Count("delete", async () => await backend.DeleteAsync("d/i", null, Token));
        info = await backend.GetFileInfoAsync("d/f", Token);
        sent.Take();
        await Count("delete one version", async () => await backend.DeleteAsync("d/f", new DeleteOptions { IfMatch = info.ETag }, Token));
        await Count(
            "delete a folder",
            async () => await backend.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true }, Token)
        );
        await Count("health", async () => await backend.CheckHealthAsync(Token));

        Assert.Equal(
            [
                ("create, in memory", "PUT"),
                ("replace, in memory", "PUT"),
                ("replace, small stream", "PUT"),
                ("replace, stream up to a part", "PUT"),
                ("create only, in memory", "PUT"),
                ("replace one version", "HEAD PUT"),
                ("read", "GET"),
                ("read a range", "GET"),
                ("info", "HEAD"),
                ("kind of a folder", "HEAD GET"),
                ("list", "GET"),
                ("copy, replacing", "HEAD PUT"),
                ("move, replacing", "HEAD PUT PUT HEAD PUT DELETE DELETE"),
                ("delete", "HEAD DELETE"),
                ("delete one version", "HEAD HEAD PUT DELETE"),
                ("delete a folder", "HEAD GET GET POST"),
                ("health", "HEAD"),
            ],
            costs
        );

        async Task Count(string what, Func<Task> operation)
        {
            await operation();
            costs.Add((what, sent.Take()));
        }
    }

    /// <summary>
    /// A large body is one initiation, its parts, one completion; the staging of a commit that Ceph cannot decide adds a relay.
    /// </summary>
    [Fact]
    public async Task Large_writes_are_parts_and_a_completion()
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        options.PartSize = Part;
        await using var backend = new AsyncS3Backend(options);
        await backend.CheckHealthAsync(Token);
        using var sent = new SentRequests(options.Bucket);
        await backend.WriteAsync("f", new MemoryStream(new byte[(3 * Part) + 1]), WriteOptions.Replace, Token);
        Assert.Equal("POST PUT PUT PUT PUT POST", sent.Take());
        await backend.WriteAsync("g", new MemoryStream(new byte[Part + 1]), WriteOptions.CreateOnly, Token);
        Assert.Equal("HEAD POST PUT PUT POST HEAD GET PUT DELETE", sent.Take());
    }
}
