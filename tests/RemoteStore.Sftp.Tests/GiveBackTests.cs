using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace RemoteStore.Sftp.Tests;

/// <summary>A late removal takes a newer version away, and the server refuses to have it restored.</summary>
public sealed class GiveBackTests : IDisposable
{
    private readonly SshServer _server;
    private readonly SftpBackendOptions _options;
    private readonly SftpBackend _others;

    public GiveBackTests(SshServer server)
    {
        _server = server.Require();
        _options = _server.Options with { MaxSessions = 1 };
        _others = new SftpBackend(_options, () => new PipeTransport(_server.SftpServer), TimeProvider.System);
        var version = _others.Write("f", "old"u8.ToArray()).ETag;
        _others.Write("g", "in the way"u8.ToArray());
        using var late = new SftpBackend(
            _options,
            () => new TamperingTransport(new PipeTransport(_server.SftpServer), Meddle),
            TimeProvider.System
        );
        var error = Assert.Throws<BackendUnavailableException>(() => late.Delete("f", new DeleteOptions { IfMatch = version }));
        Assert.Contains(".~rs.", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _others.Dispose();

    [Fact]
    public void The_version_is_restored_to_anyone_who_misses_it() => Assert.Equal("new", Encoding.UTF8.GetString(_others.ReadBytes("f")));

    [Fact]
    public async Task The_version_is_restored_by_maintenance_as_soon_as_it_can_be()
    {
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await MaintainAsync(refuse: true));
        await MaintainAsync(refuse: false);
        Assert.Equal("new", await File.ReadAllTextAsync(_others.NativePath("f"), TestContext.Current.CancellationToken));
        Assert.Equal(
            ["f", "g"],
            Directory.GetFileSystemEntries(_others.NativePath("")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    private async Task MaintainAsync(bool refuse)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(2));
        using var backend = new SftpBackend(
            _options,
            () => new TamperingTransport(new PipeTransport(_server.SftpServer), r => Refuse(r, refuse)),
            clock
        );
        await backend.MaintainAsync(TestContext.Current.CancellationToken);
        backend.CheckHealth();
    }

    /// <summary>Others carry out the removal, and write again, just before its owner does.</summary>
    private void Meddle(SentRequest request)
    {
        if (request.Name == "SymLink" && request.Text.EndsWith(".x.0", StringComparison.Ordinal))
        {
            _others.Write("f", "new"u8.ToArray(), WriteOptions.Replace);
            _others.CheckHealth();
        }

        Refuse(request, true);
    }

    // The other file has the name that is asked for in its place.
    private static void Refuse(SentRequest request, bool refuse)
    {
        if (refuse && request.Name == "Rename" && request.Text.Contains(".t.", StringComparison.Ordinal))
            request.EndWith('g');
    }
}
