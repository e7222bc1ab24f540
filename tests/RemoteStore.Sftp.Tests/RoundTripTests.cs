namespace RemoteStore.Sftp.Tests;

/// <summary>The cost table of docs/backends/sftp.md, held by counting.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly SshServer _server;
    private readonly SftpBackend _backend;

    public RoundTripTests(SshServer server)
    {
        _server = server;
        _backend = Open();
        _backend.Write("d/f", new byte[1000]);
        // The first record of a backend is checked, to see whether the server keeps records as they are meant; it costs a request.
        _backend.Write("d/f", new byte[1000], WriteOptions.Replace);
    }

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Looking_takes_one() => AssertCosts(1, () => _backend.GetFileInfo("d/f"));

    [Fact]
    public void Looking_for_what_is_not_there_takes_one() => AssertCosts(1, () => _backend.GetKind("d/none"));

    [Fact]
    public void Health_takes_one() => AssertCosts(1, _backend.CheckHealth);

    [Fact]
    public void A_small_read_takes_two_and_its_facts_come_with_the_bytes() => AssertCosts(2, () => _backend.ReadBytes("d/f"));

    [Fact]
    public void A_ranged_read_takes_two() => AssertCosts(2, () => _backend.ReadBytes("d/f", ReadOptions.At(10, 20)));

    [Fact]
    public void A_write_takes_three() => AssertCosts(3, () => _backend.Write("d/new", new byte[1000]));

    [Fact]
    public void A_replacing_write_takes_four_and_one_more_when_the_version_before_is_not_older()
    {
        File.SetLastWriteTimeUtc(_backend.NativePath("d/f"), DateTime.UtcNow.AddHours(1));
        AssertCosts(5, () => _backend.Write("d/f", new byte[1000], WriteOptions.Replace));
        File.SetLastWriteTimeUtc(_backend.NativePath("d/f"), DateTime.UnixEpoch.AddDays(1));
        AssertCosts(4, () => _backend.Write("d/f", new byte[1000], WriteOptions.Replace));
        File.SetLastWriteTimeUtc(_backend.NativePath("d/f"), DateTime.UnixEpoch.AddDays(1));
        AssertCosts(4, () => _backend.Write("d/f", new byte[1000], WriteOptions.Matching(_backend.GetFileInfo("d/f").ETag!)), looks: 1);
    }

    [Fact]
    public void Without_the_fence_a_replacing_write_takes_three_and_a_delete_one_and_a_move_two()
    {
        using var backend = Open(o => o with { Fence = SftpFenceMode.None });
        Assert.False(backend.Capabilities.Supports(Capability.Conditional));
        backend.Write("f", new byte[1000]);
        File.SetLastWriteTimeUtc(backend.NativePath("f"), DateTime.UnixEpoch.AddDays(1));
        AssertCosts(backend, 3, () => backend.Write("f", new byte[1000], WriteOptions.Replace));
        AssertCosts(backend, 2, () => backend.Move("f", "g"));
        AssertCosts(backend, 1, () => backend.Delete("g"));
    }

    [Fact]
    public void A_create_only_write_takes_three() => AssertCosts(3, () => _backend.Write("d/new", new byte[1000], WriteOptions.CreateOnly));

    [Fact]
    public void A_write_below_new_folders_takes_four_more() => AssertCosts(7, () => _backend.Write("d/x/y/z/new", new byte[1000]));

    [Fact]
    public void A_commit_of_staged_bytes_takes_two()
    {
        using var writer = _backend.OpenAtomic("d/staged");
        writer.Write(new byte[1000]);
        var token = writer.Detach();
        AssertCosts(2, () => _backend.CommitStaged("d/staged", token));
    }

    [Fact]
    public void A_replacing_commit_of_staged_bytes_takes_three()
    {
        File.SetLastWriteTimeUtc(_backend.NativePath("d/f"), DateTime.UnixEpoch.AddDays(1));
        using var writer = _backend.OpenAtomic("d/f", WriteOptions.Replace);
        writer.Write(new byte[1000]);
        var token = writer.Detach();
        AssertCosts(3, () => _backend.CommitStaged("d/f", token, WriteOptions.Replace));
    }

    [Fact]
    public void A_delete_takes_three_and_two_when_the_version_is_given()
    {
        var version = _backend.Write("d/g", new byte[1000]).ETag;
        AssertCosts(3, () => _backend.Delete("d/f"));
        AssertCosts(2, () => _backend.Delete("d/g", new DeleteOptions { IfMatch = version }));
    }

    [Fact]
    public void A_move_takes_six() => AssertCosts(6, () => _backend.Move("d/f", "d/g"));

    [Fact]
    public void A_copy_takes_five() => AssertCosts(5, () => _backend.Copy("d/f", "d/g"));

    [Fact]
    public void A_small_folder_is_listed_in_two()
    {
        for (var i = 0; i < 50; i++)
            _backend.Write($"d/n{i}", new byte[1]);
        AssertCosts(2, () => Assert.Equal(51, _backend.List("d").Count()));
    }

    [Fact]
    public void A_tree_is_deleted_by_flights_and_not_by_files()
    {
        for (var i = 0; i < 150; i++)
            _backend.Write($"d/n{i}", new byte[1]);
        AssertCosts(8, () => _backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true }));
    }

    private void AssertCosts(int roundTrips, Action action, int looks = 0) => AssertCosts(_backend, roundTrips + looks, action);

    private static void AssertCosts(SftpBackend backend, int roundTrips, Action action)
    {
        var before = backend.Driver.Counters.RoundTrips;
        action();
        Assert.Equal(roundTrips, backend.Driver.Counters.RoundTrips - before);
    }

    private SftpBackend Open(Func<SftpBackendOptions, SftpBackendOptions>? change = null)
    {
        var program = _server.Require().SftpServer;
        var options = _server.Options with { MaxSessions = 1 };
        return new SftpBackend(change?.Invoke(options) ?? options, () => new PipeTransport(program), TimeProvider.System);
    }
}
