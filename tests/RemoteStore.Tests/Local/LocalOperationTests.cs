namespace RemoteStore.Tests;

/// <summary>The operation that wrote a file is kept with the file, outlives the process that wrote it, and does not go along to another path.</summary>
public sealed class LocalOperationTests : IDisposable
{
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "remotestore-marks-" + Guid.NewGuid().ToString("N")[..12]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(LocalFenceMode.Records)]
    [InlineData(LocalFenceMode.None)]
    public async Task A_version_knows_the_operation_that_wrote_it(LocalFenceMode fence)
    {
        var (id, backend) = (Guid.NewGuid(), Backend(fence));
        Assert.Null(backend.RecordsOperations);
        Assert.Null(backend.FindRecord("a/f", id));
        backend.Write("a/f", WriteContent.FromText("one"), new WriteOptions { OperationId = id });
        Assert.SkipUnless(backend.RecordsOperations == true, "The mount keeps no attributes.");

        var found = Backend(fence).FindRecord("a/f", id)!;
        Assert.Equal((backend.GetFileInfo("a/f"), true, true), (found.File, found.IsOwn, found.IsMadeHere));
        Assert.False(backend.FindRecord("a/f", Guid.NewGuid())!.IsOwn);

        backend.Copy("a/f", "copy", new TransferOptions { OperationId = id });
        Assert.True(backend.FindRecord("copy", id)!.IsOwn);
        backend.Copy("a/f", "plain");
        Assert.False(backend.FindRecord("plain", id)!.IsMadeHere);
        backend.Move("a/f", "moved");
        var moved = backend.FindRecord("moved", id)!;
        Assert.Equal((false, false), (moved.IsOwn, moved.IsMadeHere));
        backend.Write("moved", WriteContent.FromText("two"), WriteOptions.Replace);
        Assert.False(backend.FindRecord("moved", id)!.IsMadeHere);

        await using var writer = new SyncBackendAdapter(backend);
        var staged = await writer.OpenAtomicAsync("s", WriteOptions.Default, Token);
        await staged.WriteAsync("three"u8.ToArray(), Token);
        var token = await staged.DetachAsync(Token);
        Assert.Equal(
            (await writer.CommitStagedAsync("s", token, new WriteOptions { OperationId = id }, Token)).ETag,
            (await writer.FindRecordAsync("s", id, Token) is { IsOwn: true } record ? record.File : null)?.ETag);
    }

    private LocalBackend Backend(LocalFenceMode fence) => new(new LocalBackendOptions { Root = _root, Durable = false, Fence = fence });
}
