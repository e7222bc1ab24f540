namespace RemoteStore.Tests;

public sealed class StoreTests
{
    [Fact]
    public void A_child_store_shows_paths_relative_to_itself()
    {
        using var store = new Store(new MemoryBackend());
        var child = store.Child("tenant1/in");

        var result = child.WriteText("a/b.txt", "hello");
        Assert.Equal("a/b.txt", result.Path);
        Assert.Equal("hello", store.ReadText("tenant1/in/a/b.txt"));
        Assert.Equal(["a/b.txt"], child.Glob("**/*.txt").Select(f => f.Path));
        Assert.Equal("missing", Assert.Throws<NotFoundException>(() => child.ReadBytes("missing")).Path);
        Assert.Equal("a", Assert.Throws<InvalidPathException>(() => child.Read("a")).Path);
        Assert.Throws<InvalidPathException>(() => child.Glob("../*").ToList());
    }

    [Fact]
    public async Task Listings_resume_from_a_token_in_the_middle_of_a_tree()
    {
        await using var store = new AsyncStore(new AsyncMemoryBackend());
        for (var i = 0; i < 50; i++)
            await store.WriteTextAsync($"d{i % 5}/e{i % 3}/f{i}", "x", cancellationToken: TestContext.Current.CancellationToken);

        var options = new ListOptions { Recursive = true, PageSize = 7 };
        var paged = new List<string>();
        string? token = null;
        do
        {
            var page = await store.ListPageAsync("", options, token, TestContext.Current.CancellationToken);
            Assert.True(page.Entries.Count <= 7);
            paged.AddRange(page.Entries.Select(e => e.Path));
            token = page.ContinuationToken;
        } while (token is not null);

        Assert.Equal(50 + 5 + 15, paged.Count);
        Assert.Equal(paged.Distinct().Count(), paged.Count);
        var whole = await store
            .ListAsync("", options, TestContext.Current.CancellationToken)
            .Select(e => e.Path)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(whole.Order(), paged.Order());
    }

    [Fact]
    public void An_atomic_writer_that_is_not_committed_leaves_nothing()
    {
        using var store = new Store(new MemoryBackend());
        using (var writer = store.OpenAtomic("x"))
            writer.Write("abc"u8);
        Assert.False(store.Exists("x"));

        using (var writer = store.OpenAtomic("x"))
        {
            writer.Write("abc"u8);
            Assert.Equal(3, writer.Commit().Size);
        }

        Assert.Equal("abc", store.ReadText("x"));
        Assert.Throws<AlreadyExistsException>(() => store.OpenAtomic("x"));
    }

    [Fact]
    public void The_root_of_a_child_exists_before_anything_is_in_it()
    {
        using var store = new Store(new MemoryBackend());
        var child = store.Child("not/yet");

        Assert.True(child.IsFolder(""));
        Assert.False(child.IsFile("."));
        Assert.Empty(child.List());
        Assert.Equal(new RemoteFolderInfo("", 0, 0, null), child.GetFolderInfo());
        Assert.False(store.Exists("not"));
    }
}
