using System.Text;
using RemoteStore.Ownership;

namespace RemoteStore.Sftp.Tests;

/// <summary>Who wins, and that nothing acknowledged is lost.</summary>
public sealed class VersionTests(SshServer server)
{
    private const int Racers = 64;

    [Fact]
    public async Task Of_64_creators_through_several_connections_one_wins()
    {
        using var one = new SftpBackend(server.Require().Options);
        using var other = new SftpBackend(server.Options with { Root = one.NativePath("") });
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, Racers)
                .Select(i =>
                    OnThread(() =>
                        Record.Exception(() =>
                            (i % 2 == 0 ? one : other).Write("race", Encoding.UTF8.GetBytes($"racer {i}"), WriteOptions.CreateOnly)
                        )
                    )
                )
        );
        var winner = Assert.Single(Enumerable.Range(0, Racers), i => outcomes[i] is null);
        Assert.All(outcomes.Where(e => e is not null), e => Assert.IsType<AlreadyExistsException>(e));
        Assert.Equal($"racer {winner}", Encoding.UTF8.GetString(one.ReadBytes("race")));
        Assert.Equal(["race"], Directory.GetFileSystemEntries(one.NativePath("")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Of_64_writers_that_may_not_replace_one_wins()
    {
        using var backend = new SftpBackend(server.Require().Options);
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, Racers)
                .Select(i => OnThread(() => Record.Exception(() => backend.Write("race", Encoding.UTF8.GetBytes($"racer {i}")))))
        );
        Assert.Single(outcomes, e => e is null);
        Assert.All(outcomes.Where(e => e is not null), e => Assert.IsType<AlreadyExistsException>(e));
    }

    /// <summary>Two processes' worth of backends, each with sessions of its own.</summary>
    [Fact]
    public async Task Through_two_backends_64_increments_lose_none()
    {
        using var one = new SftpBackend(server.Require().Options);
        using var other = new SftpBackend(server.Options with { Root = one.NativePath("") });
        one.Write("counter", "100"u8.ToArray());
        await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => OnThread(() => Increment(i % 2 == 0 ? one : other))));
        Assert.Equal("164", Encoding.UTF8.GetString(other.ReadBytes("counter")));
        Assert.Equal(["counter"], one.List("").Select(e => e.Path));
    }

    /// <summary>Of all who delete one version one did it, and none takes what came after.</summary>
    [Fact]
    public async Task Of_many_deleters_of_a_version_one_wins_and_what_is_created_again_stays()
    {
        using var one = new SftpBackend(server.Require().Options);
        using var other = new SftpBackend(server.Options with { Root = one.NativePath("") });
        for (var round = 0; round < 5; round++)
        {
            var version = one.Write("f", new byte[1], WriteOptions.Replace).ETag;
            var deleters = Enumerable
                .Range(0, 16)
                .Select(i =>
                    OnThread(() => Record.Exception(() => (i % 2 == 0 ? one : other).Delete("f", new DeleteOptions { IfMatch = version })))
                );
            var creators = Enumerable
                .Range(0, 8)
                .Select(i =>
                    OnThread(() => Record.Exception(() => (i % 2 == 0 ? one : other).Write("f", new byte[1], WriteOptions.CreateOnly)))
                );
            var running = (Deletes: Task.WhenAll(deleters), Creates: Task.WhenAll(creators));
            var (deleted, created) = (await running.Deletes, await running.Creates);
            Assert.Single(deleted, (Exception?)null);
            Assert.All(
                deleted.Concat(created),
                e => Assert.True(e is null or PreconditionFailedException or AlreadyExistsException or NotFoundException, e?.ToString())
            );
            Assert.InRange(created.Count(e => e is null), 0, 1);
            Assert.Equal(created.Contains(null), other.Exists("f"));
        }
    }

    [Fact]
    public void A_version_that_is_dated_ahead_does_not_come_back_through_another_backend()
    {
        using var one = Pipe();
        using var other = Pipe(one.NativePath(""));
        var seen = Enumerable.Range(0, 5).Select(i => one.Write("f", new byte[1], WriteOptions.Replace).ETag).ToList();
        one.Delete("f");
        Assert.DoesNotContain(other.Write("f", new byte[1], WriteOptions.CreateOnly).ETag, seen);
        other.Delete("f");
        other.Write("d/f", new byte[1]);
        other.Delete("d/f");
        other.DeleteFolder("d");
        Assert.Empty(one.List(""));
    }

    [Fact]
    public void A_server_that_makes_no_symbolic_links_is_not_fenced_and_says_so()
    {
        var program = server.Require().SftpServer;
        using var backend = new SftpBackend(server.Options, () => new PipeTransport(program, "symlink"), TimeProvider.System);
        var first = backend.Write("f", new byte[1]).ETag!;
        var refused = Assert.Throws<BackendUnavailableException>(() => backend.Write("f", new byte[2], WriteOptions.Matching(first)));
        Assert.True(refused.RefusedBeforeExecution);
        Assert.False(backend.Capabilities.Supports(Capability.Conditional));
        Assert.Throws<CapabilityNotSupportedException>(() => backend.Write("f", new byte[2], WriteOptions.Matching(first)));
        backend.Write("f", new byte[2], WriteOptions.Replace);
        backend.Delete("f");
        Assert.Empty(Directory.GetFileSystemEntries(backend.NativePath("")));
    }

    [Fact]
    public async Task Through_a_path_owner_64_increments_lose_none()
    {
        var backend = new SyncBackendAdapter(Pipe());
        await using var closing = backend;
        using var owner = new PathOwner(backend, "counter");
        await owner.WriteAsync(Encoding.UTF8.GetBytes("100"), WriteOptions.Default, atomic: true, TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => IncrementAsync(owner)));
        Assert.Equal("164", Encoding.UTF8.GetString(await backend.ReadBytesAsync("counter", null, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Versions_of_one_size_within_a_second_differ()
    {
        using var backend = Pipe();
        var seen = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var result = backend.Write("f", new byte[] { (byte)i }, WriteOptions.Replace);
            Assert.Equal(backend.GetFileInfo("f").ETag, result.ETag);
            Assert.True(seen.Add(result.ETag!));
        }
    }

    [Fact]
    public void A_version_does_not_come_back_after_a_delete_or_a_move()
    {
        using var backend = Pipe();
        var first = backend.Write("f", new byte[1]).ETag;
        backend.Delete("f");
        var second = backend.Write("f", new byte[1]).ETag;
        Assert.NotEqual(first, second);
        backend.Move("f", "g");
        Assert.DoesNotContain(backend.Write("f", new byte[1]).ETag, new[] { first, second });
        var replaced = backend.GetFileInfo("f").ETag;
        backend.Move("g", "f", MoveCopyOptions.Replace);
        Assert.NotEqual(replaced, backend.GetFileInfo("f").ETag);
    }

    /// <summary>The twin of a frozen process: a writer rests between staging and commit while another one creates the file.</summary>
    [Fact]
    public void A_late_create_is_refused_and_what_was_acknowledged_stays()
    {
        using var frozen = new SftpBackend(server.Require().Options);
        using var quick = new SftpBackend(server.Options with { Root = frozen.NativePath("") });
        using var writer = frozen.OpenAtomic("f", WriteOptions.CreateOnly);
        writer.Write("late"u8);
        quick.Write("f", Encoding.UTF8.GetBytes("acknowledged"), WriteOptions.CreateOnly);
        Assert.Throws<AlreadyExistsException>(() => writer.Commit());
        Assert.Equal("acknowledged", Encoding.UTF8.GetString(quick.ReadBytes("f")));
        Assert.Equal(["f"], Directory.GetFileSystemEntries(quick.NativePath("")).Select(Path.GetFileName));
    }

    private static bool Increment(SftpBackend backend)
    {
        while (true)
        {
            using var stream = backend.Read("counter");
            using var reader = new StreamReader(stream);
            var next = int.Parse(reader.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture) + 1;
            try
            {
                backend.Write("counter", Encoding.UTF8.GetBytes($"{next}"), WriteOptions.Matching(stream.Info.ETag!));
                return true;
            }
            catch (PreconditionFailedException)
            {
                // Somebody else was first: read again.
            }
        }
    }

    private static async Task IncrementAsync(PathOwner owner)
    {
        while (true)
        {
            var read = await owner.ReadAsync(null, 100, TestContext.Current.CancellationToken);
            try
            {
                var next =
                    int.Parse(Encoding.UTF8.GetString(read.Content!.Value.Span), System.Globalization.CultureInfo.InvariantCulture) + 1;
                await owner.WriteAsync(
                    Encoding.UTF8.GetBytes($"{next}"),
                    WriteOptions.Matching(read.Info.ETag!),
                    atomic: true,
                    TestContext.Current.CancellationToken
                );
                return;
            }
            catch (PreconditionFailedException)
            {
                // Somebody else was first: read again.
            }
        }
    }

    private static Task<T> OnThread<T>(Func<T> action) =>
        Task.Factory.StartNew(action, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private SftpBackend Pipe(string? root = null)
    {
        var program = server.Require().SftpServer;
        return new SftpBackend(
            root is null ? server.Options : server.Options with { Root = root },
            () => new PipeTransport(program),
            TimeProvider.System
        );
    }
}
