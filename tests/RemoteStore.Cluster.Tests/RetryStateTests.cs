using Microsoft.Extensions.Time.Testing;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

/// <summary>When a change is made again, and what its tries say of themselves.</summary>
public sealed class RetryStateTests
{
    private static readonly ClusterCallLimits Limits = new() { TryTimeout = TimeSpan.FromSeconds(20), OperationTimeout = TimeSpan.FromSeconds(100) };
    private static readonly BackendUnavailableException Lost = new("lost") { NativeCode = "Cluster.SiloUnavailableException" };
    private static readonly BackendUnavailableException Refused = new("replaced") { NativeCode = "StaleOwner", RefusedBeforeExecution = true };
    private static readonly BackendUnavailableException Waits = new("waits") { NativeCode = "EarlierTry", RefusedBeforeExecution = true };
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_try_is_made_again_at_once_and_both_end_together()
    {
        var tries = Tries(ownersDecide: true);
        var first = tries.Next();
        Assert.Equal((false, false), (first.IsRetry, first.EarlierMayRun));
        for (var n = 0; n < 3; n++)
        {
            await WaitBrieflyAsync(tries, Lost);
            var next = tries.Next();
            Assert.Equal((first.Id, first.Deadline, true, true), (next.Id, next.Deadline, next.IsRetry, next.EarlierMayRun));
        }
    }

    [Fact]
    public async Task A_refused_try_is_made_again_with_time_of_its_own()
    {
        var tries = Tries(ownersDecide: true);
        var first = tries.Next();
        await WaitBrieflyAsync(tries, Refused);
        var next = tries.Next();
        Assert.True(next.Deadline > first.Deadline);
        Assert.Equal((false, false), (next.IsRetry, next.EarlierMayRun));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_an_owner_waits_for_a_lost_try_or_does_not_know_of_waiting_it_is_over_first(bool ownersDecide)
    {
        var tries = Tries(ownersDecide);
        var first = tries.Next();
        if (ownersDecide)
        {
            await WaitBrieflyAsync(tries, Lost);
            tries.Next();
        }

        var waiting = tries.WaitAsync(ownersDecide ? Waits : Lost, Token).AsTask();
        _clock.Advance(first.Deadline + Limits.ClockTolerance - _clock.GetUtcNow());
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token));
        var next = tries.Next();
        Assert.Equal((_clock.GetUtcNow() + Limits.TryTimeout, true, false), (next.Deadline, next.IsRetry, next.EarlierMayRun));
    }

    [Fact]
    public async Task Between_the_deadline_of_a_lost_try_and_the_clocks_tolerance_a_try_has_time_again_and_says_that_the_lost_one_may_run()
    {
        var tries = Tries(ownersDecide: true);
        var first = tries.Next();
        _clock.Advance(Limits.TryTimeout);
        await WaitAsync(tries, Lost, TimeSpan.FromMilliseconds(100));
        var next = tries.Next();
        Assert.True(next.Deadline > first.Deadline);
        Assert.True(next.EarlierMayRun);
    }

    [Fact]
    public async Task That_the_last_try_did_nothing_is_not_told_of_a_change_whose_earlier_try_was_lost()
    {
        var tries = Tries(ownersDecide: true);
        tries.Next();
        Assert.Same(Refused, tries.FinalError(Refused));
        await WaitBrieflyAsync(tries, Lost);
        tries.Next();
        _clock.Advance(Limits.OperationTimeout);
        Assert.False(await tries.WaitAsync(Refused, Token));
        Assert.Same(Lost, tries.FinalError(Refused));
        var answer = new PreconditionFailedException("There is a file.");
        Assert.Same(answer, tries.FinalError(answer));
    }

    private RetryState Tries(bool ownersDecide) => new(Limits, _clock, Guid.NewGuid(), isPatient: false, ownersDecide);

    private Task WaitBrieflyAsync(RetryState tries, RemoteStoreException failure) => WaitAsync(tries, failure, TimeSpan.FromSeconds(2));

    private async Task WaitAsync(RetryState tries, RemoteStoreException failure, TimeSpan time)
    {
        var waiting = tries.WaitAsync(failure, Token).AsTask();
        _clock.Advance(time);
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }
}
