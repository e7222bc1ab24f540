using System.Text;
using Microsoft.Extensions.Time.Testing;
using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

/// <summary>
/// What an owner does with a call that says which operation it belongs to: late ones, repeated ones, and those of an owner that is gone.
/// </summary>
public sealed class OperationTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly AsyncMemoryBackend _backend;

    public OperationTests() => _backend = new AsyncMemoryBackend("memory", _clock);

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_is_late_when_its_version_was_seen_does_nothing()
    {
        var owner = new PathOwner(new Hooked(_backend) { AfterLook = () => _clock.Advance(Long) }, "f", clock: _clock);
        await WriteAsync(owner, "one", WriteOptions.CreateOnly, null);
        foreach (
            var call in new Func<Task>[]
            {
                () => WriteAsync(owner, "two", WriteOptions.Replace, New()),
                () => owner.DeleteAsync(null, New(), Token).AsTask(),
            }
        )
        {
            owner.Dispose();
            var error = await Assert.ThrowsAsync<BackendUnavailableException>(call);
            Assert.Equal((ErrorCodes.DeadlineExceeded, true, true), (error.Code, error.RefusedBeforeExecution, error.IsTransient));
        }

        Assert.Equal("one", await TextAsync());
    }

    [Fact]
    public async Task What_waits_for_its_turn_too_long_does_nothing()
    {
        var owner = Owner();
        var holder = Guid.NewGuid();
        await owner.LeaseAsync(new PathLease(holder, _clock.GetUtcNow() + 2 * Long), Token);
        var write = WriteAsync(owner, "late", WriteOptions.CreateOnly, New());
        _clock.Advance(Long);
        owner.Release(holder);
        Assert.Equal(ErrorCodes.DeadlineExceeded, (await Assert.ThrowsAsync<BackendUnavailableException>(() => write)).Code);
        Assert.Equal(EntryKind.None, await _backend.GetKindAsync("f", Token));
    }

    [Fact]
    public async Task A_hold_ends_after_its_longest_time_whatever_deadline_it_asks_for()
    {
        var owner = Owner();
        await owner.LeaseAsync(new PathLease(Guid.NewGuid(), _clock.GetUtcNow().AddDays(40)), Token);
        var write = WriteAsync(owner, "next", WriteOptions.CreateOnly, null);
        Assert.False(write.IsCompleted);
        _clock.Advance(PathOwnerOptions.Default.MaxHold);
        await write;
    }

    [Fact]
    public async Task A_stale_owner_decides_nothing_and_then_knows_better()
    {
        var (stale, other) = (Owner(), Owner());
        await WriteAsync(stale, "one", WriteOptions.CreateOnly, New());
        await WriteAsync(other, "two", WriteOptions.Replace, New());
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => WriteAsync(stale, "late", WriteOptions.Replace, New()));
        Assert.Equal((ErrorCodes.StaleOwner, true, true), (error.Code, error.RefusedBeforeExecution, error.IsTransient));
        Assert.Equal("two", await TextAsync());
        await WriteAsync(stale, "three", WriteOptions.Replace, New());
        Assert.Equal("three", await TextAsync());
    }

    [Fact]
    public async Task On_a_shared_store_it_is_decided_again()
    {
        var raced = false;
        await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New());
        var shared = new PathOwner(
            new Hooked(_backend)
            {
                AfterLook = () =>
                {
                    if (!raced)
                        _backend.WriteAsync("f", "theirs"u8.ToArray(), WriteOptions.Replace, Token).AsTask().GetAwaiter().GetResult();
                    raced = true;
                },
            },
            "f",
            new PathOwnerOptions { ExternalWriters = true },
            _clock
        );
        await WriteAsync(shared, "ours", WriteOptions.Replace, New());
        Assert.True(raced);
        Assert.Equal("ours", await TextAsync());
    }

    [Fact]
    public async Task A_repeated_call_gets_the_first_answer()
    {
        var owner = Owner();
        var (create, refused, delete) = (New(), New(), New());
        var first = await WriteAsync(owner, "one", WriteOptions.CreateOnly, create);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => WriteAsync(owner, "x", WriteOptions.CreateOnly, refused));
        await owner.DeleteAsync(null, delete, Token);
        await owner.DeleteAsync(null, Again(delete), Token);
        Assert.Equal(first, await WriteAsync(owner, "one", WriteOptions.CreateOnly, Again(create)));
        await Assert.ThrowsAsync<AlreadyExistsException>(() => WriteAsync(owner, "x", WriteOptions.CreateOnly, Again(refused)));
        Assert.Equal(EntryKind.None, await _backend.GetKindAsync("f", Token));
    }

    [Fact]
    public async Task A_repeated_call_joins_the_one_that_runs()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writes = 0;
        var owner = new PathOwner(
            new Hooked(_backend)
            {
                BeforeWrite = () =>
                {
                    writes++;
                    return gate.Task;
                },
            },
            "f",
            clock: _clock
        );
        var operation = New();
        var first = WriteAsync(owner, "one", WriteOptions.CreateOnly, operation);
        var second = WriteAsync(owner, "one", WriteOptions.CreateOnly, Again(operation));
        Assert.False(second.IsCompleted);
        gate.SetResult();
        Assert.Equal(await first, await second);
        Assert.Equal(1, writes);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("replace")]
    [InlineData("match")]
    public async Task A_new_owner_recognises_what_the_lost_one_did(string kind)
    {
        var etag = (await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New())).ETag!;
        if (kind == "create")
            await _backend.DeleteAsync("f", null, Token);
        var operation = New();
        var done = await ChangeAsync(Owner(), kind, etag, operation);
        Assert.Equal(done, await ChangeAsync(Owner(), kind, etag, Again(operation)));
        // Also while an attempt of it may still run.
        Assert.Equal(done, await ChangeAsync(Owner(), kind, etag, Again(operation) with { EarlierMayRun = true }));
        Assert.Equal("mine", await TextAsync());
    }

    [Fact]
    public async Task Below_a_prefix_a_version_is_reported_under_the_callers_path()
    {
        await using var below = new PrefixBackend(_backend, "p");
        var operation = New();
        await below.WriteAsync("f", WriteContent.FromText("x"), new WriteOptions { OperationId = operation.Id }, Token);
        var found = (await below.FindRecordAsync("f", operation.Id, Token))!;
        Assert.Equal(("f", "f"), (found.File.Path, found.Made?.Path));
    }

    [Fact]
    public async Task On_a_disk_a_new_owner_also_knows_what_others_have_replaced_since()
    {
        var root = Directory.CreateTempSubdirectory("remotestore-operations").FullName;
        try
        {
            await using var disk = new SyncBackendAdapter(new LocalBackend(new LocalBackendOptions { Root = root, Durable = false }));
            PathOwner Owner() => new(disk, "f", clock: _clock);
            var first = await WriteAsync(Owner(), "first", WriteOptions.CreateOnly, New());
            var mine = New();
            var done = await WriteAsync(Owner(), "mine", WriteOptions.Matching(first.ETag!), mine);
            await WriteAsync(Owner(), "theirs", WriteOptions.Replace, New());
            Assert.SkipUnless((await disk.FindRecordAsync("f", mine.Id, Token))!.Made is not null, "The mount keeps no attributes.");

            Assert.Equal(done, await WriteAsync(Owner(), "mine", WriteOptions.Matching(first.ETag!), Again(mine)));
            // Its version was replaced by somebody else, so this one was certainly not executed.
            await Assert.ThrowsAsync<PreconditionFailedException>(() =>
                WriteAsync(Owner(), "other", WriteOptions.Matching(first.ETag!), Again(New()))
            );
            Assert.Equal("theirs", Encoding.UTF8.GetString(await disk.ReadBytesAsync("f", null, Token)));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Theory]
    [InlineData("create")]
    [InlineData("replace")]
    [InlineData("match")]
    [InlineData("any")]
    [InlineData("delete")]
    public async Task What_a_new_owner_cannot_determine_is_unknown_and_not_done(string kind)
    {
        await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New());
        var etag = (await _backend.GetFileInfoAsync("f", Token)).ETag!;
        var operation = New();
        await WriteAsync(Owner(), "theirs", WriteOptions.Replace, New());
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => ChangeAsync(Owner(), kind, etag, Again(operation)));
        Assert.Equal((ErrorCodes.OutcomeUnknown, false, false), (error.Code, error.IsTransient, error.RefusedBeforeExecution));
        Assert.Equal("theirs", await TextAsync());
    }

    [Fact]
    public async Task A_deletion_that_finds_nothing_is_unknown_unless_nothing_is_fine()
    {
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () => await Owner().DeleteAsync(null, Again(New()), Token));
        Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
        await Owner().DeleteAsync(new DeleteOptions { IgnoreMissing = true }, Again(New()), Token);
    }

    [Fact]
    public async Task What_is_older_than_the_operation_proves_that_it_was_not_executed()
    {
        await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New());
        var stale = (await _backend.GetFileInfoAsync("f", Token)).ETag!;
        await WriteAsync(Owner(), "older", WriteOptions.Replace, New());
        _clock.Advance(Long);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => WriteAsync(Owner(), "x", WriteOptions.CreateOnly, Again(New())));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => WriteAsync(Owner(), "x", WriteOptions.Matching(stale), Again(New())));
        await WriteAsync(Owner(), "mine", WriteOptions.Replace, Again(New()));
        Assert.Equal("mine", await TextAsync());
        _clock.Advance(Long);
        await Owner().DeleteAsync(null, Again(New()), Token);
        Assert.Equal(EntryKind.None, await _backend.GetKindAsync("f", Token));
    }

    [Fact]
    public async Task A_version_that_is_still_expected_proves_it_too()
    {
        await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New());
        var etag = (await _backend.GetFileInfoAsync("f", Token)).ETag!;
        await WriteAsync(Owner(), "mine", WriteOptions.Matching(etag), Again(New()));
        Assert.Equal("mine", await TextAsync());
    }

    [Fact]
    public async Task An_old_file_that_was_moved_here_proves_nothing()
    {
        await new PathOwner(_backend, "g", clock: _clock).WriteAsync(WriteContent.FromText("old"), null, true, New(), Token);
        _clock.Advance(Long);
        await _backend.MoveAsync("g", "f", null, Token);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() =>
            WriteAsync(Owner(), "mine", WriteOptions.Replace, Again(New()))
        );
        Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
    }

    [Fact]
    public async Task A_creation_is_not_applied_again_after_this_owner_has_deleted_it()
    {
        var (lost, owner, operation) = (Owner(), Owner(), New());
        await WriteAsync(lost, "mine", WriteOptions.CreateOnly, operation);
        await owner.DeleteAsync(null, New(), Token);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => WriteAsync(owner, "mine", WriteOptions.CreateOnly, Again(operation)));
        Assert.Equal(EntryKind.None, await _backend.GetKindAsync("f", Token));
        await WriteAsync(Owner(), "mine", WriteOptions.CreateOnly, Again(New()));
    }

    [Fact]
    public async Task Answers_are_forgotten_in_number_and_in_time()
    {
        var owner = Owner();
        var operation = New();
        await WriteAsync(owner, "one", WriteOptions.CreateOnly, operation);
        for (var n = 0; n < 300; n++)
            await owner.DeleteAsync(new DeleteOptions { IgnoreMissing = true }, New(), Token);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => WriteAsync(owner, "one", WriteOptions.CreateOnly, Again(operation)));
        operation = New();
        await WriteAsync(owner, "two", WriteOptions.CreateOnly, operation);
        _clock.Advance(2 * Long);
        await Assert.ThrowsAsync<AlreadyExistsException>(() => WriteAsync(owner, "two", WriteOptions.CreateOnly, New(operation.Id)));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("replace")]
    [InlineData("any")]
    [InlineData("delete")]
    [InlineData("unfenced match")]
    [InlineData("unfenced delete match")]
    public async Task Nothing_is_applied_while_an_earlier_attempt_may_run(string kind)
    {
        await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New());
        _clock.Advance(Long);
        var etag = (await _backend.GetFileInfoAsync("f", Token)).ETag!;
        var operation = Again(New());
        var owner = kind.StartsWith("unfenced", StringComparison.Ordinal)
            ? new PathOwner(new StrippedBackend(_backend, Capability.Conditional), "f", clock: _clock)
            : Owner();
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() =>
            ChangeAsync(owner, Kind(), etag, operation with { EarlierMayRun = true })
        );
        Assert.Equal((ErrorCodes.AttemptInProgress, true, true), (error.Code, error.RefusedBeforeExecution, error.IsTransient));
        Assert.Equal("before", await TextAsync());

        // It is no answer: when the earlier attempt is over, the same operation is decided.
        var end = await Record.ExceptionAsync(() => ChangeAsync(owner, Kind(), etag, operation));
        Assert.Equal(kind == "create", end is AlreadyExistsException);
        Assert.True(end is null or AlreadyExistsException, end?.ToString());

        string Kind() => kind.Replace("unfenced ", "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("match")]
    [InlineData("delete match")]
    public async Task What_the_fence_lets_happen_once_is_done_next_to_an_earlier_attempt(string kind)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var etag = (await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New())).ETag!;
        var operation = New();
        var lost = new PathOwner(
            new Hooked(_backend) { BeforeWrite = () => gate.Task, BeforeDelete = () => gate.Task },
            "f",
            clock: _clock
        );
        var first = ChangeAsync(lost, kind, etag, operation);
        await ChangeAsync(Owner(), kind, etag, Again(operation) with { EarlierMayRun = true });
        await WriteAsync(Owner(), "theirs", new WriteOptions { Overwrite = true }, New());
        gate.SetResult();
        Assert.NotNull(await Record.ExceptionAsync(() => first));
        Assert.Equal("theirs", await TextAsync());
    }

    [Fact]
    public async Task Staged_bytes_that_an_earlier_attempt_has_used_concurrently_are_its_success()
    {
        var etag = (await WriteAsync(Owner(), "before", WriteOptions.CreateOnly, New())).ETag!;
        var operation = New();
        var options = WriteOptions.Matching(etag) with { OperationId = operation.Id };
        var token = await StageAsync(_backend, "mine", options);
        var backend = new Hooked(_backend)
        {
            BeforeCommit = async () =>
            {
                await _backend.CommitStagedAsync("f", token, options, Token);
                // What a backend says that looks for the staged bytes first.
                throw new NotFoundException("There is no such staged content.");
            },
        };
        var again = Again(operation) with { EarlierMayRun = true };
        var result = await new PathOwner(backend, "f", clock: _clock).CommitStagedAsync(token, WriteOptions.Matching(etag), again, Token);
        Assert.Equal((await _backend.GetFileInfoAsync("f", Token)).ETag, result.ETag);
        Assert.Equal("mine", await TextAsync());
    }

    private static async Task<string> StageAsync(AsyncBackend backend, string text, WriteOptions options)
    {
        await using var writer = await backend.OpenAtomicAsync("f", options, Token);
        await writer.WriteAsync(Encoding.UTF8.GetBytes(text), Token);
        return await writer.DetachAsync(Token);
    }

    private static async Task<WriteResult?> ChangeAsync(PathOwner owner, string kind, string etag, PathOperation operation)
    {
        if (kind.StartsWith("delete", StringComparison.Ordinal))
        {
            await owner.DeleteAsync(new DeleteOptions { IfMatch = kind == "delete match" ? etag : null }, operation, Token);
            return null;
        }

        var options = kind switch
        {
            "create" => WriteOptions.CreateOnly,
            "replace" => WriteOptions.Replace,
            "any" => WriteOptions.Matching(WriteOptions.Any),
            _ => WriteOptions.Matching(etag),
        };
        return await WriteAsync(owner, "mine", options, operation);
    }

    private PathOwner Owner() => new(_backend, "f", clock: _clock);

    private PathOperation New(Guid? id = null) =>
        new(id ?? Guid.NewGuid())
        {
            Began = _clock.GetUtcNow(),
            Deadline = _clock.GetUtcNow() + Long,
            End = _clock.GetUtcNow() + Long,
        };

    private static PathOperation Again(PathOperation operation) => operation with { IsRetry = true };

    private static Task<WriteResult> WriteAsync(PathOwner owner, string text, WriteOptions options, PathOperation? operation) =>
        owner.WriteAsync(WriteContent.FromText(text), options, atomic: true, operation, Token).AsTask();

    private async Task<string> TextAsync() => System.Text.Encoding.UTF8.GetString(await _backend.ReadBytesAsync("f", null, Token));

    private sealed class Hooked(AsyncBackend inner) : DelegatingBackend(inner)
    {
        public Action? AfterLook { get; init; }

        public Func<Task>? BeforeWrite { get; init; }

        public Func<Task>? BeforeDelete { get; init; }

        public Func<Task>? BeforeCommit { get; init; }

        public override async ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default)
        {
            var info = await base.GetFileInfoAsync(key, cancellationToken);
            AfterLook?.Invoke();
            return info;
        }

        public override async ValueTask<WriteResult> WriteAtomicAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            if (BeforeWrite is not null)
                await BeforeWrite();
            return await base.WriteAtomicAsync(key, content, options, cancellationToken);
        }

        public override async ValueTask DeleteAsync(
            string key,
            DeleteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            if (BeforeDelete is not null)
                await BeforeDelete();
            await base.DeleteAsync(key, options, cancellationToken);
        }

        public override async ValueTask<WriteResult> CommitStagedAsync(
            string key,
            string token,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            if (BeforeCommit is not null)
                await BeforeCommit();
            return await base.CommitStagedAsync(key, token, options, cancellationToken);
        }
    }
}
