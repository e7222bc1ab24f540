using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>Folders are synced, and servers that cannot do so fail no write.</summary>
public sealed class FolderSyncTests(SshServer server)
{
    private readonly WarningLog _log = new();
    private readonly List<string> _requests = [];

    [Fact]
    public void A_folder_that_cannot_be_synced_fails_no_write_and_is_reported_once()
    {
        using var backend = Backend(r => r.BecomeUnknown());
        backend.Write("f", new byte[1]);
        backend.Write("f", new byte[2], WriteOptions.Replace);
        backend.Write("g", new byte[1], WriteOptions.CreateOnly);
        Assert.Equal(2, backend.GetFileInfo("f").Size);
        Assert.False(backend.IsDurable);
        Assert.Single(_log.Warnings);
    }

    [Fact]
    public void A_folder_that_could_be_synced_and_cannot_any_longer_fails_the_write()
    {
        var fails = false;
        using var backend = Backend(r =>
        {
            // The server says at most "failure".
            if (fails)
                r.Become(Requests.MakeFolder("/"));
        });
        backend.Write("f", new byte[1]);
        fails = true;
        Assert.Equal("SSH_FX_4", Assert.Throws<RemoteStoreException>(() => backend.Write("g", new byte[1])).NativeCode);
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public void The_parents_of_folders_that_are_made_are_synced()
    {
        using var backend = Backend(_ => { });
        backend.Write("a/b/f", new byte[1]);
        var made = _requests.LastIndexOf("MakeFolder");
        var synced = _requests.Index().Where(r => r.Item == ServerFeatures.Fsync).ToList();
        Assert.Equal(4, synced.Count);
        Assert.All(synced, s => Assert.True(s.Index > made));
        Assert.True(synced[1].Index < _requests.LastIndexOf("Write"));
    }

    [Fact]
    public void Nothing_is_synced_when_that_is_turned_off()
    {
        using var backend = Backend(_ => { }, durable: false);
        backend.Write("a/b/f", new byte[1]);
        Assert.DoesNotContain(ServerFeatures.Fsync, _requests);
    }

    /// <summary>
    /// Meddles with the syncing of folders: that of a file is followed by the read of what it is, so its name was not given yet.
    /// </summary>
    private SftpBackend Backend(Action<SentRequest> meddle, bool durable = true) =>
        new(
            server.Require().Options with
            {
                MaxSessions = 1,
                Durable = durable,
            },
            () =>
                new TamperingTransport(
                    new PipeTransport(server.SftpServer),
                    r =>
                    {
                        var before = _requests.LastOrDefault();
                        _requests.Add(r.Name);
                        if (r.Name == ServerFeatures.Fsync && before != "Write")
                            meddle(r);
                    }
                ),
            TimeProvider.System,
            _log
        );
}
