namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Theory]
    [InlineData("*", "a.txt,z")]
    [InlineData("**", "a.txt,a/b/c/f3,a/b/f2,a/f1,ab/f1,z")]
    [InlineData("**/f1", "a/f1,ab/f1")]
    [InlineData("**/*.txt", "a.txt")]
    [InlineData("a/*", "a/f1")]
    [InlineData("a/**", "a/b/c/f3,a/b/f2,a/f1")]
    [InlineData("a/**/f?", "a/b/c/f3,a/b/f2,a/f1")]
    [InlineData("a*/f1", "a/f1,ab/f1")]
    [InlineData("?/b/f2", "a/b/f2")]
    [InlineData("a/b/[a-c]/f3", "a/b/c/f3")]
    [InlineData("a/[!x]/f2", "a/b/f2")]
    [InlineData("z", "z")]
    [InlineData("a", "")]
    [InlineData("missing/*", "")]
    public async Task Glob_matches_whole_paths(string pattern, string expected)
    {
        await SeedAsync(TreeFiles);
        var found = await Store.GlobAsync(pattern, Token).Select(f => f.Path).ToListAsync(Token);
        Assert.Equal(expected, string.Join(',', found.Order(StringComparer.Ordinal)));
        Assert.Equal(found.Count, await Backend.GlobAsync(pattern, Token).CountAsync(Token));
    }

    /// <summary>Case 59, first half: a pattern cannot leave the store.</summary>
    [Theory]
    [InlineData("../b/*")]
    [InlineData("a/../../*")]
    [InlineData("/a/*")]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("./a")]
    public async Task Glob_outside_the_store_is_InvalidPath(string pattern)
    {
        await SeedAsync("tenant1/f", "tenant2/f");
        await Fails(InvalidPath, async Task () => await Store.Child("tenant1").GlobAsync(pattern, Token).ToListAsync(Token));
    }
}
