using Microsoft.Extensions.Time.Testing;
using RemoteStore.Drivers;
using RemoteStore.Local;

namespace RemoteStore.Tests;

/// <summary>
/// The operation that wrote a file is kept with the file, outlives the process that wrote it, and does not go along to another path.
/// </summary>
public sealed class LocalOperationTests : IDisposable
{
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        "remotestore-marks-" + Guid.NewGuid().ToString("N")[..12]
    );

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(LocalFenceMode.Records)]
    [InlineData(LocalFenceMode.None)]
    public async Task A_version_knows_the_operation_that_wrote_it(LocalFenceMode fence)
    {
        var (id, backend) = (Guid.NewGuid(), Backend(fence));
        Assert.Null(backend.RecordsOperations);
        Assert.Null(backend.FindRecord("a/f", id));
        backend.Write("a/f", WriteContent.FromText("one"), new WriteOptions { OperationId = id });
        Assert.SkipUnless(backend.RecordsOperations == true, "The mount keeps no attributes.");

        var found = Backend(fence).FindRecord("a/f", id)!;
        var info = backend.GetFileInfo("a/f");
        Assert.Equal((info, info, info.LastModified), (found.File, found.Made, found.KnownSince));
        Assert.Null(backend.FindRecord("a/f", Guid.NewGuid())!.Made);

        backend.Copy("a/f", "copy", new MoveCopyOptions { OperationId = id });
        Assert.NotNull(backend.FindRecord("copy", id)!.Made);
        backend.Copy("a/f", "plain");
        Assert.Null(backend.FindRecord("plain", id)!.KnownSince);
        backend.Move("a/f", "moved");
        var moved = backend.FindRecord("moved", id)!;
        Assert.Equal((null, null), (moved.Made, moved.KnownSince));
        backend.Write("moved", WriteContent.FromText("two"), WriteOptions.Replace);
        Assert.Null(backend.FindRecord("moved", id)!.KnownSince);

        await using var writer = new SyncBackendAdapter(backend);
        var staged = await writer.OpenAtomicAsync("s", WriteOptions.Default, Token);
        await staged.WriteAsync("three"u8.ToArray(), Token);
        var token = await staged.DetachAsync(Token);
        Assert.Equal(
            (await writer.CommitStagedAsync("s", token, new WriteOptions { OperationId = id }, Token)).ETag,
            (await writer.FindRecordAsync("s", id, Token) is { Made: { } made } ? made : null)?.ETag
        );
    }

    [Fact]
    public void An_operation_is_known_by_its_version_after_others_have_replaced_it()
    {
        var id = Guid.NewGuid();
        var first = Write("f", "1", id);
        var others = Enumerable.Range(0, 5).Select(n => Write("f", $"other {n}", Guid.NewGuid())).ToArray();

        var found = Recorded("f", id);
        Assert.Equal(
            (others[^1].ETag, first.ETag, first.Size, first.LastModified),
            (found.File.ETag, found.Made?.ETag, found.Made!.Size, found.Made.LastModified)
        );
        var unknown = Recorded("f", Guid.NewGuid());
        Assert.Equal((null, first.LastModified), (unknown.Made, unknown.KnownSince));
    }

    [Fact]
    public void Versions_beyond_the_limit_are_forgotten_and_it_is_known_since_when()
    {
        var ids = Enumerable.Range(0, 250).Select(_ => Guid.NewGuid()).ToArray();
        var results = ids.Select((id, n) => Write("f", new string('x', n), id)).ToArray();
        var known = ids.Select(id => Recorded("f", id).Made).ToArray();
        var first = Array.FindIndex(known, made => made is not null);
        Assert.InRange(first, 1, 150);
        Assert.Equal(
            results[first..].Select(r => (r.ETag, r.Size, r.LastModified)),
            known[first..].Select(m => (m?.ETag, m!.Size, m.LastModified))
        );
        Assert.Equal(results[first - 1].LastModified, Recorded("f", ids[0]).KnownSince);
    }

    [Fact]
    public void Old_versions_are_forgotten_and_prove_that_nothing_has_happened_since()
    {
        var old = Write("f", "old", Guid.NewGuid());
        _clock.Advance(TimeSpan.FromMinutes(20));
        Write("f", "new", Guid.NewGuid());
        Assert.Equal(old.LastModified, Recorded("f", Guid.NewGuid()).KnownSince);
        Write("f", "newer", Guid.NewGuid());
        Assert.Equal(old.LastModified, Recorded("f", Guid.NewGuid()).KnownSince);
    }

    [Fact]
    public void What_another_program_has_put_there_is_known_from_the_next_write_on()
    {
        var id = Guid.NewGuid();
        Write("f", "mine", id);
        File.WriteAllText(Path.Combine(_root, "theirs"), "theirs");
        File.Move(Path.Combine(_root, "theirs"), Path.Combine(_root, "f"), overwrite: true);
        var found = Recorded("f", id);
        Assert.Equal((null, null), (found.Made, found.KnownSince));
        var next = Write("f", "next", Guid.NewGuid());
        found = Recorded("f", id);
        Assert.Equal((null, next.LastModified), (found.Made, found.KnownSince));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_moved_file_is_known_by_its_move_and_since_its_move(bool over)
    {
        var (id, moved) = (Guid.NewGuid(), Write("from", "moved", Guid.NewGuid()));
        _clock.Advance(TimeSpan.FromMinutes(1));
        if (over)
            Write("f", "replaced", Guid.NewGuid());
        Backend().Move("from", "f", new MoveCopyOptions { OperationId = id, Overwrite = over });
        var found = Recorded("f", id);
        Assert.Equal((moved.ETag, _clock.GetUtcNow()), (found.Made?.ETag, found.KnownSince));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Write("f", "next", Guid.NewGuid());
        Assert.Equal((moved.ETag, found.KnownSince), (Recorded("f", id).Made?.ETag, Recorded("f", id).KnownSince));
        _clock.Advance(TimeSpan.FromHours(1));
        Write("f", "last", Guid.NewGuid());
        Assert.True(Recorded("f", id).KnownSince >= found.KnownSince);
    }

    private WriteResult Write(string key, string text, Guid operation)
    {
        var backend = Backend();
        var result = backend.Write(key, WriteContent.FromText(text), new WriteOptions { Overwrite = true, OperationId = operation });
        Assert.SkipUnless(backend.RecordsOperations == true, "The mount keeps no attributes.");
        return result;
    }

    // By another instance: what it knows comes from the disk.
    private VersionRecord Recorded(string key, Guid operation) => Backend().FindRecord(key, operation)!;

    private LocalBackend Backend() => new(new LocalBackendOptions { Root = _root, Durable = false }, LocalFiles.Choose, _clock);

    private LocalBackend Backend(LocalFenceMode fence) =>
        new(
            new LocalBackendOptions
            {
                Root = _root,
                Durable = false,
                Fence = fence,
            }
        );
}
