using System.Text;

namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    private static readonly string[] TreeFiles = ["a/f1", "a/b/f2", "a/b/c/f3", "ab/f1", "a.txt", "z"];

    [Fact]
    public async Task List_shows_direct_children()
    {
        await SeedAsync(TreeFiles);
        Assert.Equal(["a", "a.txt", "ab", "z"], await PathsAsync(""));
        Assert.Equal(["a", "a.txt", "ab", "z"], await PathsAsync("."));
        Assert.Equal(["a/b", "a/f1"], await PathsAsync("a"));
        Assert.Equal(["a/b", "a/f1"], await PathsAsync("a/"));
        Assert.Equal(["a.txt", "z"], await PathsAsync("", new ListOptions { Kinds = ListKinds.Files }));
        Assert.Equal(["a", "ab"], await PathsAsync("", new ListOptions { Kinds = ListKinds.Folders }));
        Assert.Equal(["a.txt", "z"], await Backend.ListFilesAsync("", null, Token).Select(f => f.Path).Order().ToListAsync(Token));
        Assert.Equal(["a", "ab"], await Backend.ListFoldersAsync("", null, Token).Select(f => f.Path).Order().ToListAsync(Token));
        Assert.Equal(4, await Backend.ListAsync("", null, Token).CountAsync(Token));
    }

    [Fact]
    public async Task List_recursive_shows_every_level_once()
    {
        await SeedAsync(TreeFiles);
        Assert.Equal(["a", "a.txt", "a/b", "a/b/c", "a/b/c/f3", "a/b/f2", "a/f1", "ab", "ab/f1", "z"], await AllPathsAsync());
        Assert.Equal(["a/b", "a/b/c", "a/b/c/f3", "a/b/f2", "a/f1"], await PathsAsync("a", new ListOptions { Recursive = true }));
        Assert.Equal(["a", "a/b", "a/b/c", "ab"], await PathsAsync("", new ListOptions { Recursive = true, Kinds = ListKinds.Folders }));
    }

    /// <summary>Case 17: prefixes are no patterns, and a folder's name is not a prefix.</summary>
    [Fact]
    public async Task List_of_a_folder_never_shows_its_namesakes()
    {
        await SeedAsync("a_b/x", "axb/y", "a%/z", "dir/1", "dir2/2", "dir-3", "[d]/q", "d/w", "*/s");
        Assert.Equal(["a_b/x"], await PathsAsync("a_b", new ListOptions { Recursive = true }));
        Assert.Equal(["a%/z"], await PathsAsync("a%", new ListOptions { Recursive = true }));
        Assert.Equal(["dir/1"], await PathsAsync("dir", new ListOptions { Recursive = true }));
        Assert.Equal(["[d]/q"], await PathsAsync("[d]", new ListOptions { Recursive = true }));
        Assert.Equal(["*/s"], await PathsAsync("*"));
        Assert.Empty(await PathsAsync("di", new ListOptions { Recursive = true }));
    }

    /// <summary>Case 48.</summary>
    [Theory]
    [InlineData(0, "a.txt,z")]
    [InlineData(1, "a.txt,a/f1,ab/f1,z")]
    [InlineData(2, "a.txt,a/b/f2,a/f1,ab/f1,z")]
    [InlineData(3, "a.txt,a/b/c/f3,a/b/f2,a/f1,ab/f1,z")]
    [InlineData(99, "a.txt,a/b/c/f3,a/b/f2,a/f1,ab/f1,z")]
    public async Task List_stops_at_the_depth(int depth, string expected)
    {
        await SeedAsync(TreeFiles);
        var options = new ListOptions
        {
            Recursive = true,
            MaxDepth = depth,
            Kinds = ListKinds.Files,
        };
        Assert.Equal(expected.Split(','), await PathsAsync("", options));
        Assert.Equal(["a.txt", "z"], await PathsAsync("", options with { Recursive = false }));
        var byStore = await Store.ListFilesAsync("", options with { Recursive = false }, Token).Select(f => f.Path).ToListAsync(Token);
        Assert.Equal(expected.Split(','), byStore.Order(StringComparer.Ordinal));
        if (depth == 1)
            Assert.Equal(["a/b/f2", "a/f1"], await PathsAsync("a", options));
    }

    [Fact]
    public async Task List_with_a_pattern_filters_names_and_still_descends()
    {
        await SeedAsync(TreeFiles);
        Assert.Equal(["a/f1", "ab/f1"], await PathsAsync("", new ListOptions { Recursive = true, Pattern = "f1" }));
        Assert.Equal(["a/b/c/f3", "a/b/f2"], await PathsAsync("a", new ListOptions { Recursive = true, Pattern = "f[!1]" }));
        Assert.Equal(["a.txt"], await PathsAsync("", new ListOptions { Pattern = "*.txt" }));
        Assert.Equal(["ab"], await PathsAsync("", new ListOptions { Pattern = "a?" }));
        Assert.Empty(await PathsAsync("", new ListOptions { Pattern = "A*" }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => PathsAsync("", new ListOptions { Pattern = "a/b" }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => PathsAsync("", new ListOptions { Pattern = "" }));
    }

    [Fact]
    public async Task List_of_a_file_or_of_nothing_is_empty()
    {
        await SeedAsync("d/f");
        foreach (var key in new[] { "d/f", "missing", "d/missing/deeper", "d/f/under" })
        {
            Assert.Empty(await PathsAsync(key));
            Assert.Empty(await PathsAsync(key, new ListOptions { Recursive = true }));
        }
    }

    [Fact]
    public async Task List_reports_the_facts_of_files()
    {
        await SeedAsync("d/f");
        var listed = await Backend.ListFilesAsync("d", null, Token).SingleAsync(Token);
        var info = await Backend.GetFileInfoAsync("d/f", Token);
        Assert.Equal("d/f", listed.Path);
        Assert.Equal("f", listed.Name);
        Assert.Equal(info.Size, listed.Size);
        Assert.Equal(info.ETag, listed.ETag ?? info.ETag);
        Assert.Equal(info.LastModified, listed.LastModified ?? info.LastModified);
    }

    [Fact]
    public async Task List_arguments_are_checked_by_the_call()
    {
        foreach (
            var options in new[]
            {
                new ListOptions { MaxDepth = -1 },
                new ListOptions { PageSize = 0 },
                new ListOptions { PageSize = 10_001 },
                new ListOptions { Kinds = 0 },
            }
        )
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.ListPageAsync("", options, null, Token));
        Assert.ThrowsAny<ArgumentException>(() => Store.ListAsync("", new ListOptions { MaxDepth = -1 }, Token));
        Assert.ThrowsAny<InvalidPathException>(() => Store.ListAsync("../x", null, Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task List_pages_add_up_to_the_listing(int size)
    {
        await SeedAsync([.. TreeFiles, .. Enumerable.Range(0, 25).Select(i => $"p{i % 3}/q{i % 2}/f{i}")]);
        foreach (var kinds in new[] { ListKinds.All, ListKinds.Files, ListKinds.Folders })
        {
            foreach (var recursive in new[] { true, false })
            {
                var whole = new ListOptions { Recursive = recursive, Kinds = kinds };
                var paged = whole with { PageSize = size };
                Assert.Equal(await PathsAsync("", whole), await PagedAsync(Store, "", paged));
                Assert.Equal(await PathsAsync("p1", whole), await PagedAsync(Store, "p1", paged));
            }
        }

        var filtered = new ListOptions { Recursive = true, Pattern = "f1*" };
        Assert.Equal(await PathsAsync("", filtered), await PagedAsync(Store, "", filtered with { PageSize = size }));
    }

    [Fact]
    public async Task List_continues_from_a_token_in_another_store()
    {
        await SeedAsync("t/a/1", "t/a/2", "t/b/3", "t/c");
        var options = new ListOptions { Recursive = true, PageSize = 2 };
        var first = await Store.Child("t").ListPageAsync("", options, null, Token);
        Assert.Equal(2, first.Entries.Count);
        Assert.NotNull(first.ContinuationToken);
        var rest = await PagedAsync(new AsyncStore(Backend, "t", leaveOpen: true), "", options, first.ContinuationToken);
        Assert.Equal(["a", "a/1", "a/2", "b", "b/3", "c"], first.Entries.Select(e => e.Path).Concat(rest).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_refuses_a_token_of_another_listing()
    {
        await SeedAsync("a/1", "a/2", "a/3", "b/1", "b/2");
        var options = new ListOptions { PageSize = 1 };
        var token = (await Backend.ListPageAsync("a", options, null, Token)).ContinuationToken!;
        foreach (var other in new[] { "b", "", "a/1" })
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.ListPageAsync(other, options, token, Token));
        foreach (var foreign in new[] { "", "x", "AAAA", "no token!", token + "x", token[..^1] })
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.ListPageAsync("a", options, foreign, Token));
    }

    [Fact]
    public async Task List_tokens_do_not_report_the_root_of_a_store()
    {
        await SeedAsync("secret-tenant/a/1", "secret-tenant/a/2", "secret-tenant/b");
        var page = await Store.Child("secret-tenant").ListPageAsync("", new ListOptions { Recursive = true, PageSize = 1 }, null, Token);
        var token = page.ContinuationToken!;
        Assert.DoesNotContain("secret-tenant", token, StringComparison.Ordinal);
        if (System.Buffers.Text.Base64Url.IsValid(token))
            Assert.DoesNotContain(
                "secret-tenant",
                Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token)),
                StringComparison.Ordinal
            );
    }

    [Fact]
    public async Task List_pages_survive_changes_between_them()
    {
        await SeedAsync([.. Enumerable.Range(0, 20).Select(i => $"d/f{i:00}")]);
        var options = new ListOptions { PageSize = 4 };
        var page = await Backend.ListPageAsync("d", options, null, Token);
        var seen = page.Entries.Select(e => e.Path).ToHashSet();
        foreach (var path in seen.ToArray())
            await Backend.DeleteAsync(path, null, Token);
        while (page.ContinuationToken is { } token)
        {
            page = await Backend.ListPageAsync("d", options, token, Token);
            Assert.All(page.Entries, e => Assert.True(seen.Add(e.Path), $"{e.Path} came twice"));
        }

        Assert.Equal(20, seen.Count);
    }

    /// <summary>Case 53: an abandoned listing disturbs nothing.</summary>
    [Fact]
    public async Task List_can_be_abandoned()
    {
        await SeedAsync([.. Enumerable.Range(0, 30).Select(i => $"d{i % 3}/f{i:00}")]);
        for (var i = 0; i < 5; i++)
        {
            await foreach (var entry in Backend.ListAsync("", new ListOptions { Recursive = true, PageSize = 2 }, Token))
            {
                if (entry.Path.EndsWith('7'))
                    break;
            }
        }

        Assert.Equal(33, (await AllPathsAsync()).Length);
    }

    private async Task SeedAsync(params string[] keys)
    {
        foreach (var key in keys)
            await PutAsync(key, key);
    }

    private static async Task<string[]> PagedAsync(AsyncStore store, string path, ListOptions options, string? token = null)
    {
        var all = new List<string>();
        do
        {
            var page = await store.ListPageAsync(path, options, token, Token);
            Assert.True(page.Entries.Count <= options.PageSize, "A page is larger than was asked for.");
            all.AddRange(page.Entries.Select(e => e.Path));
            token = page.ContinuationToken;
        } while (token is not null);
        return [.. all.Order(StringComparer.Ordinal)];
    }
}
