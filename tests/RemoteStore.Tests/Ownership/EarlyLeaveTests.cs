using Microsoft.Extensions.Time.Testing;
using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

/// <summary>What an owner keeps when it is idle, and what the next one must assume when it left before that was over.</summary>
public sealed class EarlyLeaveTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly AsyncMemoryBackend _backend = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task Answers_are_kept_until_the_caller_gives_up_and_the_clocks_agree()
    {
        var owner = new PathOwner(_backend, "f", null, _clock);
        Assert.Equal(DateTimeOffset.MinValue, owner.ResultsKeptUntil);
        await WriteAsync(owner, Operation(TimeSpan.FromSeconds(60)));
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(62), owner.ResultsKeptUntil);
        await WriteAsync(owner, Operation(TimeSpan.FromHours(5)));
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(15), owner.ResultsKeptUntil);
    }

    [Fact]
    public async Task A_creation_is_not_repeated_over_a_deletion_that_an_early_leaver_may_have_made()
    {
        var operation = Operation(TimeSpan.FromSeconds(60));
        var first = new PathOwner(_backend, "f", null, _clock);
        await first.WriteAsync(new WriteContent(new byte[1]), WriteOptions.CreateOnly, atomic: true, operation, Token);
        await first.DeleteAsync(null, Operation(TimeSpan.FromSeconds(60)), Token);
        Assert.True(first.LeavesEarly);

        var next = new PathOwner(_backend, "f", null, _clock);
        next.AssumeRemoved(_clock.GetUtcNow());
        var repeat = operation with { IsRetry = true };
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await next.WriteAsync(new WriteContent(new byte[1]), WriteOptions.CreateOnly, atomic: true, repeat, Token)
        );
        Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
        Assert.False(await _backend.ExistsAsync("f", Token));
    }

    [Fact]
    public async Task Nothing_is_left_early_once_the_answers_are_over()
    {
        var owner = new PathOwner(_backend, "f", null, _clock);
        await WriteAsync(owner, Operation(TimeSpan.FromSeconds(60)));
        await owner.DeleteAsync(null, Operation(TimeSpan.FromSeconds(60)), Token);
        _clock.Advance(TimeSpan.FromSeconds(63));
        Assert.False(owner.LeavesEarly);
    }

    [Fact]
    public async Task An_owner_is_free_when_its_hold_has_ended()
    {
        var owner = new PathOwner(_backend, "f", null, _clock);
        await owner.WhenFreeAsync(Token);
        await owner.LeaseAsync(new PathLease(Guid.NewGuid(), _clock.GetUtcNow().AddSeconds(20)), Token);
        var free = owner.WhenFreeAsync(Token);
        Assert.False(free.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(21));
        await free;
    }

    [Fact]
    public async Task What_was_refused_is_forgotten_at_once_behind_an_answer_that_is_kept()
    {
        var owner = new PathOwner(_backend, "f", null, _clock);
        await WriteAsync(owner, Operation(TimeSpan.FromMinutes(10)));
        var refusals = new List<WeakReference>();
        for (var i = 0; i < 100; i++)
            refusals.Add(await RefusedAsync(owner));
        GC.Collect();
        Assert.InRange(refusals.Count(r => r.IsAlive), 0, 5);
        GC.KeepAlive(owner);
    }

    private async Task<WeakReference> RefusedAsync(PathOwner owner)
    {
        var late = Operation(TimeSpan.FromSeconds(1)) with { Deadline = _clock.GetUtcNow() };
        return new WeakReference(await Assert.ThrowsAsync<BackendUnavailableException>(() => WriteAsync(owner, late)));
    }

    private static async Task WriteAsync(PathOwner owner, PathOperation operation) =>
        await owner.WriteAsync(new WriteContent(new byte[1]), WriteOptions.Replace, atomic: true, operation, Token);

    private PathOperation Operation(TimeSpan end) =>
        new(Guid.NewGuid())
        {
            Began = _clock.GetUtcNow(),
            Deadline = _clock.GetUtcNow().AddSeconds(15),
            End = _clock.GetUtcNow() + end,
        };
}
