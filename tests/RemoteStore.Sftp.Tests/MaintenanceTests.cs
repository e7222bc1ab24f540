using Microsoft.Extensions.Time.Testing;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>What the server refuses keeps maintenance from nothing else, and is reported at the end.</summary>
public sealed class MaintenanceTests(SshServer server)
{
    private readonly SftpBackendOptions _options = server.Require().Options with { MaxSessions = 1 };

    [Fact]
    public async Task Maintenance_continues_behind_a_folder_that_it_may_not_read()
    {
        string? refused = null;
        using var backend = Later(r =>
        {
            // The server refuses to remove a folder that has contents.
            if (r.Name == "OpenFolder" && r.Text.EndsWith("/x", StringComparison.Ordinal) && (refused ??= r.Text[^3..]) == r.Text[^3..])
                r.Become(PacketKind.RemoveFolder);
        });
        foreach (var folder in new[] { "a/x", "b/x", "c/x" })
            Leave(Directory.CreateDirectory(backend.NativePath(folder)).FullName);
        await Assert.ThrowsAsync<RemoteStoreException>(async () => await backend.MaintainAsync(TestContext.Current.CancellationToken));
        backend.CheckHealth();
        Assert.Single(Directory.GetFiles(backend.NativePath(""), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_record_that_cannot_be_settled_fails_no_listing_and_maintenance_at_its_end()
    {
        LeaveRecord();
        using var backend = Later(r =>
        {
            if (r.Name == ServerFeatures.PosixRename)
                r.BecomeUnknown();
        });
        for (var i = 0; i < 20; i++)
            Leave(backend.NativePath(""));
        Assert.Equal(["f"], backend.List("").Select(e => e.Path));
        for (var i = 0; i < 20; i++)
            Leave(backend.NativePath(""));
        await Assert.ThrowsAsync<RemoteStoreException>(async () => await backend.MaintainAsync(TestContext.Current.CancellationToken));
        backend.CheckHealth();
        Assert.Equal(
            "f",
            Assert.Single(
                Directory.GetFiles(backend.NativePath("")).Select(Path.GetFileName),
                n => !n!.StartsWith(".~rs.", StringComparison.Ordinal)
            )
        );
    }

    /// <summary>A writer ends when it has recorded what it wants.</summary>
    private void LeaveRecord()
    {
        TamperingTransport? transport = null;
        using var killed = new SftpBackend(
            _options,
            () =>
                transport = new TamperingTransport(
                    new PipeTransport(server.SftpServer),
                    r =>
                    {
                        if (r.Name == ServerFeatures.PosixRename)
                            transport!.Kill();
                    }
                ),
            TimeProvider.System
        );
        killed.Write("f", new byte[1]);
        Assert.Throws<BackendUnavailableException>(() => killed.Write("f", new byte[2], WriteOptions.Replace));
    }

    private SftpBackend Later(Action<SentRequest> tamper) =>
        new(
            _options,
            () => new TamperingTransport(new PipeTransport(server.SftpServer), tamper),
            new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(2))
        );

    private static void Leave(string folder) => File.WriteAllText(Path.Combine(folder, $".~tmp.y.{Guid.NewGuid():N}"[..^16]), "left");
}
