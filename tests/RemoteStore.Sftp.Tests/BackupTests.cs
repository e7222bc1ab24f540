using Microsoft.Extensions.Time.Testing;
using RemoteStore.Sftp.Io;

namespace RemoteStore.Sftp.Tests;

/// <summary>What stepped aside for a replacement whose writer died then.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly SftpBackend _backend;

    public BackupTests(SshServer server)
    {
        var program = server.Require().SftpServer;
        _backend = new SftpBackend(server.Options with { MaxSessions = 1 }, () => new PipeTransport(program), _clock);
        Directory.CreateDirectory(_backend.NativePath("d"));
        File.WriteAllText(Path.Combine(_backend.NativePath("d"), BackupName.New("f", _clock.GetUtcNow())), "old");
        // It keeps the time it had.
        foreach (var file in Files)
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-30));
    }

    private string[] Files => Directory.GetFiles(_backend.NativePath("d"));

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task Maintenance_leaves_one_that_may_be_in_use()
    {
        await MaintainAsync();
        Assert.StartsWith(BackupName.Prefix, Path.GetFileName(Assert.Single(Files)), StringComparison.Ordinal);
        Assert.Throws<FolderNotEmptyException>(() => _backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true }));
    }

    [Fact]
    public async Task The_only_copy_gets_its_name_back()
    {
        _clock.Advance(TimeSpan.FromDays(2));
        await MaintainAsync();
        Assert.Equal("old", _backend.ReadText("d/f"));
        Assert.Equal("f", Path.GetFileName(Assert.Single(Files)));
    }

    [Fact]
    public async Task One_whose_name_was_given_again_is_removed()
    {
        await File.WriteAllTextAsync(_backend.NativePath("d/f"), "new", TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromDays(2));
        await MaintainAsync();
        Assert.Equal("new", _backend.ReadText("d/f"));
        Assert.Equal("f", Path.GetFileName(Assert.Single(Files)));
    }

    [Fact]
    public void An_old_one_is_a_file_to_the_deletion_of_its_folder()
    {
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Throws<FolderNotEmptyException>(() => _backend.DeleteFolder("d"));
        Assert.Equal("old", _backend.ReadText("d/f"));
    }

    [Fact]
    public void An_old_one_does_not_keep_a_recursive_deletion_from_its_folder()
    {
        _clock.Advance(TimeSpan.FromDays(2));
        _backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true });
        Assert.False(Directory.Exists(_backend.NativePath("d")));
    }

    private async Task MaintainAsync()
    {
        await _backend.MaintainAsync(TestContext.Current.CancellationToken);
        _backend.CheckHealth();
    }
}
