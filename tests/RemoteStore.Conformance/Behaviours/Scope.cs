namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public async Task Child_store_shows_only_itself_in_its_own_paths()
    {
        await SeedAsync("t1/a/f", "t1/g", "t2/secret", "t10/x");
        var child = Store.Child("t1");
        Assert.Equal(
            ["a", "a/f", "g"],
            await child.ListAsync("", new ListOptions { Recursive = true }, Token).Select(e => e.Path).Order().ToListAsync(Token)
        );
        Assert.Equal("g", (await child.GetFileInfoAsync("g", Token)).Path);
        Assert.Equal(("", 2L), await FolderAsync(child, ""));
        Assert.Equal(("a", 1L), await FolderAsync(child, "a"));
        Assert.Equal("n", (await child.WriteTextAsync("n", "x", null, null, Token)).Path);
        Assert.True(await Backend.IsFileAsync("t1/n", Token));
        Assert.Equal("g", (await child.FindFileInfoAsync("g", Token))!.Path);
        await using var stream = await child.ReadAsync("a/f", null, Token);
        Assert.Equal("a/f", stream.Info.Path);
        Assert.Equal(["a/f"], await child.GlobAsync("*/*", Token).Select(f => f.Path).ToListAsync(Token));
        Assert.Equal("a/f", child.FromNativePath(child.NativePath("a/f")));
        Assert.Equal("", child.FromNativePath(child.NativePath("")));
        await Fails(InvalidPath, () => Task.FromResult(child.FromNativePath(Store.NativePath("t2/secret"))));
        await Fails(InvalidPath, () => Task.FromResult(child.FromNativePath(Store.NativePath("t10/x"))));
    }

    /// <summary>Case 59, second half: an error reports the store's path and never its root.</summary>
    [Fact]
    public async Task Child_store_reports_errors_in_its_own_paths()
    {
        await SeedAsync("tenant/d/f");
        var child = Store.Child("tenant");
        var errors = new[]
        {
            await Fails(NotFound, () => child.ReadBytesAsync("missing", null, Token)),
            await Fails(InvalidPath, () => child.ReadAsync("d", null, Token)),
            await Fails(NotFound, () => child.GetFileInfoAsync("missing", Token)),
            await Fails(InvalidPath, () => child.GetFolderInfoAsync("d/f", null, Token)),
            await Fails(AlreadyExists, () => child.WriteTextAsync("d/f", "x", null, null, Token)),
            await Fails(NotFound, () => child.DeleteAsync("missing", null, Token)),
            await Fails(FolderNotEmpty, () => child.DeleteFolderAsync("d", null, Token)),
            await Fails(InvalidPath, () => child.DeleteAsync("d", null, Token)),
        };
        foreach (var error in errors)
        {
            Assert.Contains(error.Path, (string[])["missing", "d", "d/f"]);
            Assert.DoesNotContain("tenant", error.Message, StringComparison.Ordinal);
            Assert.Equal(Backend.Name, error.Backend);
        }
    }

    [Fact]
    public async Task Child_stores_chain_and_compare()
    {
        var deep = Store.Child("a").Child("b/c");
        Assert.Equal(deep, new AsyncStore(Backend, "a/b/c"));
        Assert.Equal(deep.GetHashCode(), Store.Child("a/b/c").GetHashCode());
        Assert.NotEqual(deep, Store.Child("a/b"));
        await deep.WriteTextAsync("f", "x", null, null, Token);
        Assert.Equal(["a/b/c/f"], await AllFilesAsync());
        foreach (var root in new[] { "", ".", "..", "/" })
            Assert.ThrowsAny<InvalidPathException>(() => Store.Child(root));
        await deep.CloseAsync(Token);
        Assert.Equal("x", await Store.ReadTextAsync("a/b/c/f", null, Token));
    }

    [Fact]
    public async Task Child_store_root_answers_although_nothing_is_there()
    {
        var child = Store.Child("nowhere/yet");
        Assert.True(await child.Backend.ExistsAsync("", Token));
        Assert.Empty(await child.ListAsync("", null, Token).ToListAsync(Token));
        Assert.Empty(await child.GlobAsync("**", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Paths_that_only_the_root_makes_too_long_are_InvalidPath()
    {
        var child = Store.Child(string.Join('/', Enumerable.Repeat(new string('k', 200), 4)));
        var path = string.Join('/', Enumerable.Repeat(new string('p', 200), 2));
        var error = await Fails(InvalidPath, () => child.WriteTextAsync(path, "x", null, null, Token));
        Assert.Equal(path, error.Path);
    }

    private static async Task<(string Path, long Count)> FolderAsync(AsyncStore store, string path)
    {
        var info = await store.GetFolderInfoAsync(path, null, Token);
        return (info.Path, info.FileCount);
    }
}
