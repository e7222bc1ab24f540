using Microsoft.Extensions.Time.Testing;

namespace RemoteStore.Sftp.Tests;

/// <summary>Listings that rest between two pages, and hidden files.</summary>
public sealed class ListingTests : IDisposable
{
    private static readonly ListOptions Pages = new() { PageSize = 100 };
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly SftpBackend _backend;

    public ListingTests(SshServer server)
    {
        var program = server.Require().SftpServer;
        _backend = new SftpBackend(server.Options with { MaxSessions = 1 }, () => new PipeTransport(program), _clock);
        for (var i = 0; i < 350; i++)
            File.WriteAllText(Path.Combine(_backend.NativePath(""), $"f{i:000}"), "");
    }

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Pages_share_one_handle() =>
        Assert.Equal(350, Walk(() => Assert.InRange(_backend.Driver.OpenListings, 0, 1)).Distinct().Count());

    [Fact]
    public void A_listing_continues_after_its_handle_has_expired()
    {
        var names = Walk(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(121));
            Assert.Equal(0, _backend.Driver.OpenListings);
        });
        Assert.Equal(350, names.Count);
        Assert.Equal(350, names.Distinct().Count());
    }

    [Fact]
    public void A_listing_continues_on_another_session() => Assert.Equal(350, Walk(_backend.Close).Distinct().Count());

    [Fact]
    public void A_listing_without_handle_and_last_name_starts_over_and_is_whole()
    {
        var first = _backend.ListPage("", Pages);
        _backend.Close();
        File.Delete(_backend.NativePath(first.Entries[^1].Path));
        var all = first.Entries.Select(e => e.Path).ToHashSet();
        all.UnionWith(Rest(first.ContinuationToken, () => { }));
        Assert.Equal(350, all.Count);
    }

    [Fact]
    public void An_abandoned_listing_gives_its_handle_back()
    {
        foreach (var entry in _backend.List("", Pages).Take(3))
            Assert.NotNull(entry);
        Assert.Equal(0, _backend.Driver.OpenListings);
    }

    [Fact]
    public void At_most_64_listings_rest()
    {
        for (var i = 0; i < 70; i++)
            Assert.NotNull(_backend.ListPage("", Pages).ContinuationToken);
        Assert.Equal(64, _backend.Driver.OpenListings);
    }

    [Fact]
    public void Hidden_files_do_not_show_and_stale_ones_go()
    {
        var fresh = Path.Combine(_backend.NativePath(""), ".~tmp.x.0123456789abcdef");
        var stale = Path.Combine(_backend.NativePath(""), ".~tmp.y.0123456789abcdef");
        File.WriteAllText(fresh, "");
        File.WriteAllText(stale, "");
        File.SetLastWriteTimeUtc(stale, DateTime.UtcNow.AddHours(-25));
        Assert.Equal(350, _backend.List("").Count());
        _backend.CheckHealth();
        Assert.True(File.Exists(fresh));
        Assert.False(File.Exists(stale));
    }

    [Fact]
    public void Links_show_as_what_they_lead_to_and_folders_behind_links_not_at_all()
    {
        var root = _backend.NativePath("");
        Directory.CreateDirectory(Path.Combine(root, "d"));
        File.CreateSymbolicLink(Path.Combine(root, "d", "file"), Path.Combine(root, "f001"));
        File.CreateSymbolicLink(Path.Combine(root, "d", "folder"), root);
        File.CreateSymbolicLink(Path.Combine(root, "d", "nowhere"), "/no/such/file");
        Assert.Equal(["d/file"], _backend.List("d").Select(e => e.Path));
    }

    private List<string> Walk(Action between)
    {
        var first = _backend.ListPage("", Pages);
        return [.. first.Entries.Select(e => e.Path), .. Rest(first.ContinuationToken, between)];
    }

    private List<string> Rest(string? token, Action between)
    {
        var names = new List<string>();
        while (token is not null)
        {
            between();
            var page = _backend.ListPage("", Pages, token);
            names.AddRange(page.Entries.Select(e => e.Path));
            token = page.ContinuationToken;
        }

        return names;
    }
}
