using System.Text;

namespace RemoteStore.Tests;

public abstract partial class LocalContract
{
    [Fact]
    public void Names_that_are_no_keys_are_not_listed()
    {
        var backend = Open();
        backend.WriteText("good", "x");
        _unlistable.Add([.. Encoding.UTF8.GetBytes(Root + "/bad-"), 0xFF, 0xFE]);
        Native.MakeFile(_unlistable[0]);
        Native.MakeFile(Encoding.UTF8.GetBytes(Root + "/back\\slash"));
        Native.MakeFile(Encoding.UTF8.GetBytes(Root + "/con\u0001trol"));
        File.WriteAllText(InRoot("repl\uFFFDaced"), "x");
        Assert.Equal(["good", "repl\uFFFDaced"], Names(backend));
    }

    [Fact]
    public void A_listing_continues_from_a_token_in_another_backend()
    {
        for (var n = 0; n < 250; n++)
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(InRoot($"d{n % 3}")).FullName, $"f{n}"), "");
        var options = new ListOptions { Recursive = true, PageSize = 7 };
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = Open().ListPage("", options, token);
            Assert.InRange(page.Entries.Count, 0, 7);
            seen.AddRange(page.Entries.Select(e => e.Path));
            token = page.ContinuationToken;
        } while (token is not null);
        Assert.Equal(253, seen.Count);
        Assert.Equal(Names(Open(), recursive: true), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_deleted_on_the_way_does_not_hide_the_rest()
    {
        var backend = Open(o => o with { Durable = false });
        for (var n = 0; n < 500; n++)
            File.WriteAllText(InRoot($"f{n}"), "");
        var seen = new HashSet<string>();
        foreach (var file in backend.ListFiles("", new ListOptions { PageSize = 10 }))
        {
            Assert.True(seen.Add(file.Path));
            backend.Delete(file.Path);
        }

        Assert.Equal(500, seen.Count);
        Assert.Empty(OnDisk());
    }

    [Fact]
    public void What_is_deleted_between_pages_does_not_hide_the_rest()
    {
        var backend = Open(o => o with { Durable = false });
        for (var n = 0; n < 50; n++)
            File.WriteAllText(InRoot($"f{n}"), "");
        var seen = 0;
        string? token = null;
        do
        {
            var page = (seen % 2 == 0 ? backend : Open()).ListPage("", new ListOptions { PageSize = 5 }, token);
            seen += page.Entries.Count;
            foreach (var entry in page.Entries)
                backend.Delete(entry.Path);
            token = page.ContinuationToken;
        } while (token is not null);
        Assert.Equal(50, seen);
    }

    private static ListOptions Paged { get; } = new() { PageSize = 1 };

    [Fact]
    public void A_token_of_another_make_is_refused()
    {
        File.WriteAllText(InRoot("a"), "");
        File.WriteAllText(InRoot("b"), "");
        var token = ListToken.Encode([new ListToken.Position("", true, "x123", null, [])], "", Paged);
        Assert.Throws<ArgumentException>(() => Open().ListPage("", Paged, token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("\u0001")]
    [InlineData("a\u0002b\u0003\u0001")]
    public void Cursor_of_any_text_comes_back(string? cursor)
    {
        var token = ListToken.Encode(
            [new ListToken.Position("", true, cursor, null, []), new ListToken.Position("d", true, cursor, null, ["d/e"])],
            "",
            Paged
        );
        Assert.Equal([("", cursor), ("d", cursor)], ListToken.Decode(token, "", Paged).Select(p => (p.Folder, p.Cursor)));
    }
}
