using Microsoft.Extensions.Time.Testing;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

/// <summary>How long an interrupted transfer is resumed: OperationTimeout in all, however the single attempts fail.</summary>
public sealed class ResumeLimitTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly BackendUnavailableException Cause = new("lost");
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void No_attempt_begins_after_the_timeout()
    {
        var limit = new ResumeLimit(Timeout, _clock);
        Assert.True(limit.TryBegin());
        _clock.Advance(Timeout - TimeSpan.FromSeconds(1));
        Assert.True(limit.TryBegin());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(limit.TryBegin());
    }

    [Fact]
    public void Attempts_without_progress_are_counted_and_progress_starts_again()
    {
        var limit = new ResumeLimit(Timeout, _clock);
        Assert.All(Enumerable.Range(0, ResumeLimit.MaxAttempts), _ => Assert.True(limit.TryBegin()));
        Assert.False(limit.TryBegin());
        limit.Progressed();
        _clock.Advance(Timeout * 2);
        Assert.True(limit.TryBegin());
    }

    [Fact]
    public async Task An_attempt_ends_with_the_time_left_and_fails_with_the_cause()
    {
        var limit = new ResumeLimit(Timeout, _clock);
        Assert.True(limit.TryBegin());
        _clock.Advance(TimeSpan.FromSeconds(50));
        var attempt = limit.RunAsync(HangAsync, Cause, Token).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(attempt.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(Cause, await Assert.ThrowsAsync<BackendUnavailableException>(() => attempt));
    }

    [Fact]
    public async Task A_cancelled_attempt_is_cancelled()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var limit = new ResumeLimit(Timeout, _clock);
        var attempt = limit.RunAsync(HangAsync, Cause, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    private static async ValueTask<int> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
        return 0;
    }
}
