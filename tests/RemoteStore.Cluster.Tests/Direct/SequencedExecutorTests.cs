using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>How an order of chunks comes to rest.</summary>
public sealed class SequencedExecutorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_runs_is_waited_for_and_counted()
    {
        var order = new SequencedExecutor();
        var held = new TaskCompletionSource();
        var running = order.RunAsync(
            0,
            async _ =>
            {
                await held.Task;
                return true;
            },
            Token
        );
        var settled = order.RecoverAsync(Token);
        Assert.False(settled.IsCompleted);
        held.SetResult();
        await running;
        Assert.Equal(1, await settled);
    }

    [Fact]
    public async Task The_first_failure_is_thrown()
    {
        var order = new SequencedExecutor();
        var failure = new FormatException();
        await Assert.ThrowsAsync<FormatException>(async () => await order.RunAsync<bool>(0, _ => throw failure, Token));
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await order.RunAsync(1, _ => ValueTask.FromResult(true), Token));
        Assert.Same(failure, await Assert.ThrowsAsync<FormatException>(async () => await order.RecoverAsync(Token)));
    }
}
