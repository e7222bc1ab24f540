using Microsoft.Extensions.Time.Testing;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

/// <summary>When a change is retried, and what its attempts say of themselves.</summary>
public sealed class RetryStateTests
{
    private static readonly ClusterCallLimits Limits = new()
    {
        AttemptTimeout = TimeSpan.FromSeconds(20),
        OperationTimeout = TimeSpan.FromSeconds(100),
    };
    private static readonly BackendUnavailableException Lost = new("lost") { Code = ErrorCodes.ClusterUnavailable };
    private static readonly BackendUnavailableException Refused = new("replaced")
    {
        Code = ErrorCodes.StaleOwner,
        RefusedBeforeExecution = true,
    };
    private static readonly BackendUnavailableException Waits = new("waits")
    {
        Code = ErrorCodes.AttemptInProgress,
        RefusedBeforeExecution = true,
    };
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_try_is_made_again_at_once_and_both_end_together()
    {
        var attempts = State(ownersDecide: true);
        var first = attempts.Next();
        Assert.Equal((false, false), (first.IsRetry, first.EarlierMayRun));
        for (var n = 0; n < 3; n++)
        {
            await WaitBrieflyAsync(attempts, Lost);
            var next = attempts.Next();
            Assert.Equal((first.Id, first.Deadline, true, true), (next.Id, next.Deadline, next.IsRetry, next.EarlierMayRun));
        }
    }

    [Fact]
    public async Task A_refused_try_is_made_again_with_time_of_its_own()
    {
        var attempts = State(ownersDecide: true);
        var first = attempts.Next();
        await WaitBrieflyAsync(attempts, Refused);
        var next = attempts.Next();
        Assert.True(next.Deadline > first.Deadline);
        Assert.Equal((false, false), (next.IsRetry, next.EarlierMayRun));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_an_owner_waits_for_a_lost_try_or_does_not_know_of_waiting_it_is_over_first(bool ownersDecide)
    {
        var attempts = State(ownersDecide);
        var first = attempts.Next();
        if (ownersDecide)
        {
            await WaitBrieflyAsync(attempts, Lost);
            attempts.Next();
        }

        var waiting = attempts.WaitAsync(ownersDecide ? Waits : Lost, Token).AsTask();
        _clock.Advance(first.Deadline + Limits.ClockTolerance - _clock.GetUtcNow());
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token));
        var next = attempts.Next();
        Assert.Equal((_clock.GetUtcNow() + Limits.AttemptTimeout, true, false), (next.Deadline, next.IsRetry, next.EarlierMayRun));
    }

    [Fact]
    public async Task Between_the_deadline_of_a_lost_try_and_the_clocks_tolerance_a_try_has_time_again_and_says_that_the_lost_one_may_run()
    {
        var attempts = State(ownersDecide: true);
        var first = attempts.Next();
        _clock.Advance(Limits.AttemptTimeout);
        await WaitAsync(attempts, Lost, TimeSpan.FromMilliseconds(100));
        var next = attempts.Next();
        Assert.True(next.Deadline > first.Deadline);
        Assert.True(next.EarlierMayRun);
    }

    [Fact]
    public async Task That_the_last_try_did_nothing_is_not_told_of_a_change_whose_earlier_try_was_lost()
    {
        var attempts = State(ownersDecide: true);
        attempts.Next();
        Assert.Same(Refused, attempts.FinalError(Refused));
        await WaitBrieflyAsync(attempts, Lost);
        attempts.Next();
        _clock.Advance(Limits.OperationTimeout);
        Assert.False(await attempts.WaitAsync(Refused, Token));
        Assert.Same(Lost, attempts.FinalError(Refused));
        var answer = new PreconditionFailedException("There is a file.");
        Assert.Same(answer, attempts.FinalError(answer));
    }

    private RetryState State(bool ownersDecide) => new(Limits, _clock, Guid.NewGuid(), isPatient: false, ownersDecide);

    private Task WaitBrieflyAsync(RetryState attempts, RemoteStoreException failure) =>
        WaitAsync(attempts, failure, TimeSpan.FromSeconds(2));

    private async Task WaitAsync(RetryState attempts, RemoteStoreException failure, TimeSpan time)
    {
        var waiting = attempts.WaitAsync(failure, Token).AsTask();
        _clock.Advance(time);
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }
}
