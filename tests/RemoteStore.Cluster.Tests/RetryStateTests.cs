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
    public async Task A_lost_attempt_is_retried_at_once_and_both_end_together()
    {
        var attempts = State();
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
    public async Task A_refused_attempt_is_retried_with_time_of_its_own()
    {
        var attempts = State();
        var first = attempts.Next();
        await WaitBrieflyAsync(attempts, Refused);
        var next = attempts.Next();
        Assert.True(next.Deadline > first.Deadline);
        Assert.Equal((false, false), (next.IsRetry, next.EarlierMayRun));
    }

    [Fact]
    public async Task A_lost_attempt_is_over_before_the_retry_where_an_owner_waits_for_it()
    {
        var attempts = State();
        var first = attempts.Next();
        await WaitBrieflyAsync(attempts, Lost);
        attempts.Next();

        var waiting = attempts.WaitAsync(Waits, Token).AsTask();
        _clock.Advance(first.Deadline + Limits.ClockTolerance - _clock.GetUtcNow());
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token));
        var next = attempts.Next();
        Assert.Equal((_clock.GetUtcNow() + Limits.AttemptTimeout, true, false), (next.Deadline, next.IsRetry, next.EarlierMayRun));
    }

    [Fact]
    public async Task A_retry_before_the_clock_tolerance_says_that_the_lost_attempt_may_run()
    {
        var attempts = State();
        var first = attempts.Next();
        _clock.Advance(Limits.AttemptTimeout);
        await WaitAsync(attempts, Lost, TimeSpan.FromMilliseconds(100));
        var next = attempts.Next();
        Assert.True(next.Deadline > first.Deadline);
        Assert.True(next.EarlierMayRun);
    }

    [Fact]
    public async Task A_refused_retry_does_not_hide_an_earlier_lost_attempt()
    {
        var attempts = State();
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

    private RetryState State() => new(Limits, _clock, Guid.NewGuid(), isPatient: false);

    private Task WaitBrieflyAsync(RetryState attempts, RemoteStoreException failure) =>
        WaitAsync(attempts, failure, TimeSpan.FromSeconds(2));

    private async Task WaitAsync(RetryState attempts, RemoteStoreException failure, TimeSpan time)
    {
        var waiting = attempts.WaitAsync(failure, Token).AsTask();
        _clock.Advance(time);
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }
}
