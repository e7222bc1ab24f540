using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

public sealed class PathOwnerTests
{
    private const Capability Conditions = Capability.CreateOnly | Capability.Conditional;
    private static readonly Capability[] Strips = [Capability.None, Conditions, Conditions | Capability.NativeWriteResult];

    public static TheoryData<Capability> Stripped => [.. Strips];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Uplift_adds_conditions_where_there_are_facts_to_compare()
    {
        Assert.Equal(CapabilitySet.All, PathOwner.Uplift(CapabilitySet.All.Without(Conditions)));
        CapabilitySet blind = Capability.Read | Capability.Write;
        Assert.Equal(blind, PathOwner.Uplift(blind));
    }

    [Theory]
    [MemberData(nameof(Stripped))]
    public async Task Of_64_concurrent_creators_one_wins(Capability without)
    {
        var owner = Owner(without, out _);
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(i =>
                    Task.Run(async () => await Record.ExceptionAsync(() => WriteAsync(owner, $"{i}", WriteOptions.CreateOnly)), Token)
                )
        );
        Assert.Single(results, r => r is null);
        Assert.Equal(63, results.OfType<AlreadyExistsException>().Count());
    }

    [Theory]
    [MemberData(nameof(Stripped))]
    public async Task No_increment_of_64_is_lost(Capability without)
    {
        var owner = Owner(without, out _);
        await WriteAsync(owner, "0", null);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => IncrementAsync(owner), Token)));
        Assert.Equal("64", await TextAsync(owner));
    }

    [Theory]
    [MemberData(nameof(Stripped))]
    public async Task Conditions_hold_on_every_way_to_commit(Capability without)
    {
        var owner = Owner(without, out var backend);
        await WriteAsync(owner, "one", null);
        var stale = (await owner.GetFileInfoAsync(Token)).ETag!;
        await WriteAsync(owner, "two", WriteOptions.Replace);

        await Assert.ThrowsAsync<PreconditionFailedException>(async () => await WriteAsync(owner, "x", WriteOptions.Matching(stale)));
        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await owner.DeleteAsync(new DeleteOptions { IfMatch = stale }, Token)
        );
        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await owner.DeleteAsync(new DeleteOptions { IfMatch = stale, IgnoreMissing = true }, Token)
        );
        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await owner.CommitStagedAsync(await StageAsync(backend), WriteOptions.Matching(stale), Token)
        );
        await Assert.ThrowsAsync<AlreadyExistsException>(async () =>
            await owner.CommitStagedAsync(await StageAsync(backend), WriteOptions.CreateOnly, Token)
        );
        await Assert.ThrowsAsync<PreconditionFailedException>(async () => await owner.CheckWriteAsync(WriteOptions.Matching(stale), Token));
        await Assert.ThrowsAsync<AlreadyExistsException>(async () => await owner.CheckWriteAsync(null, Token));
        Assert.Equal("two", await TextAsync(owner));

        var fresh = (await owner.GetFileInfoAsync(Token)).ETag!;
        await owner.CommitStagedAsync(await StageAsync(backend), WriteOptions.Matching(fresh), Token);
        Assert.Equal("staged", await TextAsync(owner));
        await owner.DeleteAsync(new DeleteOptions { IfMatch = (await owner.GetFileInfoAsync(Token)).ETag }, Token);
        Assert.Equal(EntryKind.None, await owner.GetKindAsync(Token));
        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await WriteAsync(owner, "x", WriteOptions.Matching(WriteOptions.Any))
        );
        await Assert.ThrowsAsync<NotFoundException>(async () => await owner.DeleteAsync(new DeleteOptions { IfMatch = fresh }, Token));
        await owner.DeleteAsync(new DeleteOptions { IfMatch = fresh, IgnoreMissing = true }, Token);
    }

    [Fact]
    public async Task Exclusive_facts_and_contents_are_kept_and_shared_ones_are_not()
    {
        foreach (var shared in new[] { false, true })
        {
            var backend = new AsyncMemoryBackend();
            var budget = new ContentBudget(1000);
            using var owner = new PathOwner(backend, "f", new PathOwnerOptions { ExternalWriters = shared, Budget = budget });
            await WriteAsync(owner, "one", null);
            Assert.Equal("one", await TextAsync(owner));
            Assert.Equal(shared ? 0 : 3, budget.Used);
            await backend.WriteAsync("f", "behind"u8.ToArray(), WriteOptions.Replace, Token);
            Assert.Equal(shared ? "behind" : "one", await TextAsync(owner));
            Assert.Equal(shared ? 6 : 3, (await owner.GetFileInfoAsync(Token)).Size);
            owner.Dispose();
            Assert.Equal(0, budget.Used);
        }
    }

    [Fact]
    public async Task Nothing_is_kept_of_what_is_missing()
    {
        var backend = new AsyncMemoryBackend();
        using var owner = new PathOwner(backend, "f");
        Assert.Equal(EntryKind.None, await owner.GetKindAsync(Token));
        await backend.WriteAsync("f/g", "x"u8.ToArray(), cancellationToken: Token);
        Assert.Equal(EntryKind.Folder, await owner.GetKindAsync(Token));
    }

    [Fact]
    public async Task After_an_unknown_outcome_the_backend_is_read_again()
    {
        var backend = new AsyncMemoryBackend();
        using var owner = new PathOwner(new LostAnswers(backend), "f");
        await owner.WriteAsync("one"u8.ToArray(), WriteOptions.Replace, atomic: false, Token);
        Assert.Equal("one", await TextAsync(owner));
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await owner.WriteAsync("two"u8.ToArray(), WriteOptions.Replace, atomic: true, Token)
        );
        Assert.Equal("two", await TextAsync(owner));
    }

    [Fact]
    public async Task A_content_too_large_for_the_answer_is_only_named()
    {
        var owner = Owner(Capability.None, out _);
        await WriteAsync(owner, "12345", null);
        Assert.Null((await owner.ReadAsync(null, 4, Token)).Content);
        Assert.Equal(4, (await owner.ReadAsync(ReadOptions.At(1), 4, Token)).Content!.Value.Length);
        Assert.NotNull((await owner.ReadAsync(null, 5, Token)).Content);
        Assert.Equal(0, (await owner.ReadAsync(ReadOptions.At(99), 4, Token)).Content!.Value.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_the_caller_has_does_not_come_again(bool shared)
    {
        var reads = 0;
        var backend = new AsyncProbeBackend
        {
            OnRead = s =>
            {
                reads++;
                return s;
            },
        };
        using var owner = new PathOwner(backend, "f", new PathOwnerOptions { ExternalWriters = shared });
        await WriteAsync(owner, "one", null);
        var known = (await owner.GetFileInfoAsync(Token)).ETag!;
        Assert.Null(await owner.ReadIfChangedAsync(known, 100, Token));
        Assert.Equal(0, reads);
        await WriteAsync(owner, "two", WriteOptions.Replace);
        var read = (await owner.ReadIfChangedAsync(known, 100, Token))!.Value;
        Assert.Equal("two", Encoding.UTF8.GetString(read.Content!.Value.Span));
        Assert.Null(await owner.ReadIfChangedAsync(read.Info.ETag!, 100, Token));
        await owner.DeleteAsync(null, cancellationToken: Token);
        await Assert.ThrowsAsync<NotFoundException>(async () => await owner.ReadIfChangedAsync(known, 100, Token));
    }

    [Fact]
    public async Task A_hold_keeps_commits_waiting_until_its_release_or_its_deadline()
    {
        var clock = new FakeTimeProvider();
        using var owner = new PathOwner(new AsyncMemoryBackend(), "f", clock: clock);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await owner.LeaseAsync(new PathLease(first, clock.GetUtcNow().AddSeconds(10)), Token);
        var write = WriteAsync(owner, "one", null);
        owner.Release(second);
        Assert.False(write.IsCompleted);
        Assert.Equal(EntryKind.None, await owner.GetKindAsync(Token));
        owner.Release(first);
        await write;

        await owner.LeaseAsync(new PathLease(second, clock.GetUtcNow().AddSeconds(10)), Token);
        var late = owner.LeaseAsync(new PathLease(first, clock.GetUtcNow().AddSeconds(5)), Token).AsTask();
        write = WriteAsync(owner, "two", WriteOptions.Replace);
        clock.Advance(TimeSpan.FromSeconds(6));
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => late);
        Assert.True(error.IsTransient && error.RefusedBeforeExecution);
        Assert.False(write.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));
        await write;
        owner.Release(second);
        await WriteAsync(owner, "three", WriteOptions.Replace);
        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await new PathOwner(Strip(new AsyncMemoryBackend(), out var b), await SeedAsync(b)).LeaseAsync(
                new PathLease(first, TimeProvider.System.GetUtcNow().AddSeconds(10)) { IfMatch = "stale" },
                Token
            )
        );
    }

    private static async Task<string> SeedAsync(AsyncBackend backend)
    {
        await backend.WriteAsync("f", "x"u8.ToArray(), cancellationToken: Token);
        return "f";
    }

    private static StrippedBackend Strip(AsyncMemoryBackend inner, out AsyncBackend same)
    {
        same = inner;
        return new StrippedBackend(inner, Conditions);
    }

    private static PathOwner Owner(Capability without, out AsyncBackend backend)
    {
        backend = new StrippedBackend(new AsyncMemoryBackend(), without);
        return new PathOwner(backend, "f");
    }

    private static async Task WriteAsync(PathOwner owner, string text, WriteOptions? options) =>
        await owner.WriteAsync(WriteContent.FromText(text), options, atomic: true, Token);

    private static async Task<string> TextAsync(PathOwner owner) =>
        Encoding.UTF8.GetString((await owner.ReadAsync(null, 1000, Token)).Content!.Value.Span);

    private static async Task IncrementAsync(PathOwner owner)
    {
        while (true)
        {
            var read = await owner.ReadAsync(null, 100, Token);
            var next = int.Parse(read.Content!.Value.Span, CultureInfo.InvariantCulture) + 1;
            try
            {
                await WriteAsync(owner, next.ToString(CultureInfo.InvariantCulture), WriteOptions.Matching(read.Info.ETag!));
                return;
            }
            catch (PreconditionFailedException)
            {
                // Somebody else was first.
            }
        }
    }

    private static async Task<string> StageAsync(AsyncBackend backend)
    {
        await using var writer = await backend.OpenAtomicAsync("f", WriteOptions.Replace, Token);
        await writer.WriteAsync("staged"u8.ToArray(), Token);
        return await writer.DetachAsync(Token);
    }

    /// <summary>Does what it is reported, and then says that it is not known.</summary>
    private sealed class LostAnswers(AsyncBackend inner) : DelegatingBackend(inner)
    {
        public override async ValueTask<WriteResult> WriteAtomicAsync(
            string key,
            WriteContent content,
            WriteOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            await base.WriteAtomicAsync(key, content, options, cancellationToken);
            throw new BackendUnavailableException("The answer was lost.", key, Name);
        }
    }
}
