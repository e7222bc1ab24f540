namespace RemoteStore.Tests.Layers;

public sealed class PrefixBackendTests : IAsyncDisposable
{
    private readonly AsyncMemoryBackend _inner = new();
    private readonly PrefixBackend _backend;

    public PrefixBackendTests() => _backend = new PrefixBackend(_inner, "tenant/in", leaveOpen: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _inner.DisposeAsync();
    }

    [Fact]
    public async Task Keys_and_results_are_relative_to_the_folder()
    {
        var written = await _backend.WriteTextAsync("a/b", "x", null, null, Token);

        Assert.Equal("a/b", written.Path);
        Assert.Equal("x", await _inner.ReadTextAsync("tenant/in/a/b", null, Token));
        Assert.Equal("a/b", (await _backend.GetFileInfoAsync("a/b", Token)).Path);
        Assert.Equal("a", (await _backend.GetFolderInfoAsync("a", null, Token)).Path);
        Assert.Equal("", (await _backend.GetFolderInfoAsync("", null, Token)).Path);
        Assert.Equal(
            ["a/b"],
            await _backend.ListFilesAsync("", new ListOptions { Recursive = true }, Token).Select(f => f.Path).ToListAsync(Token)
        );
        Assert.Equal("a", Assert.Single((await _backend.ListPageAsync("", null, null, Token)).Entries).Path);
        Assert.Equal(["a/b"], await _backend.GlobAsync("a/*", Token).Select(f => f.Path).ToListAsync(Token));
        await using var stream = await _backend.ReadAsync("a/b", null, Token);
        Assert.Equal("a/b", stream.Info.Path);
    }

    [Fact]
    public async Task Errors_never_report_the_folder()
    {
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => _backend.ReadBytesAsync("x", null, Token).AsTask());
        Assert.Equal("x", missing.Path);
        Assert.DoesNotContain("tenant", missing.Message, StringComparison.Ordinal);
        await _backend.WriteTextAsync("x", "1", null, null, Token);
        Assert.Equal(
            "x",
            (await Assert.ThrowsAsync<AlreadyExistsException>(() => _backend.WriteTextAsync("x", "1", null, null, Token).AsTask())).Path
        );
        var moved = await Assert.ThrowsAsync<NotFoundException>(() => _backend.MoveAsync("y", "z", null, Token).AsTask());
        Assert.Equal("y", moved.Path);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../out")]
    [InlineData("a/../../out")]
    [InlineData("/out")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("./")]
    public async Task No_key_leads_out_of_the_folder(string key)
    {
        await _inner.WriteTextAsync("tenant/out", "secret", null, null, Token);

        await Assert.ThrowsAsync<InvalidPathException>(() => _backend.ReadBytesAsync(key, null, Token).AsTask());
        await Assert.ThrowsAsync<InvalidPathException>(() => _backend.WriteTextAsync(key, "x", WriteOptions.Replace, null, Token).AsTask());
        await Assert.ThrowsAsync<InvalidPathException>(() => _backend.DeleteAsync(key, null, Token).AsTask());
        await Assert.ThrowsAsync<InvalidPathException>(() =>
            _backend.DeleteFolderAsync(key, new DeleteFolderOptions { Recursive = true }, Token).AsTask()
        );
        Assert.Equal("secret", await _inner.ReadTextAsync("tenant/out", null, Token));
    }

    [Fact]
    public async Task The_root_exists_before_the_folder_does()
    {
        Assert.Equal(EntryKind.Folder, await _backend.GetKindAsync("", Token));
        Assert.Equal(new RemoteFolderInfo("", 0, 0, null), await _backend.GetFolderInfoAsync("", null, Token));
        Assert.Empty(await _backend.ListAsync("", null, Token).ToListAsync(Token));
    }

    [Fact]
    public void Native_names_map_both_ways()
    {
        Assert.Equal("a/b", _backend.ToKey(_backend.NativePath("a/b")));
        Assert.Equal("", _backend.ToKey(_backend.NativePath("")));
        var foreign = _inner.NativePath("other/a");
        Assert.Equal(foreign, _backend.ToKey(foreign));
        Assert.Equal("a", _backend.Resolve("a").Key);
    }

    [Fact]
    public async Task A_writer_reports_the_paths_of_the_view()
    {
        await using var writer = await _backend.OpenAtomicAsync("w", null, Token);
        await writer.WriteAsync("abc"u8.ToArray(), Token);
        Assert.Equal("w", (await writer.CommitAsync(Token)).Path);
    }
}
