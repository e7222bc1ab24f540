using Microsoft.Extensions.Time.Testing;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

public sealed class PathPairTests(ClusterFixture cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_that_began_late_is_given_up_before_its_holds_end()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var half = new SiloStoreOptions().LeaseTime / 2;
        var backend = new HangingBackend(new AsyncMemoryBackend(), () => clock.Advance(half));
        var store = ClusterFixture.StoreOf(ClusterFixture.NewStore(_ => backend));
        await backend.WriteAsync("f", "one"u8.ToArray(), cancellationToken: Token);
        var now = clock.GetUtcNow();
        var operation = new WireOperation
        {
            Id = Guid.NewGuid(),
            Began = now,
            Deadline = now.AddMinutes(5),
            End = now.AddMinutes(5),
            IsRetry = true,
        };
        var request = new MoveCopyRequest
        {
            Source = "f",
            Destination = "g",
            Operation = operation,
        };
        var copy = new PathPair(store, new PathGrains(cluster.Clients[0].Cluster), clock, request, isMove: false).RunAsync(Token).AsTask();
        var running = await backend.Started.Task.WaitAsync(Token);
        clock.Advance(half * 0.9);
        Assert.True(running.IsCancellationRequested);
        await Assert.ThrowsAsync<BackendUnavailableException>(() => copy);
    }

    private sealed class HangingBackend(AsyncBackend inner, Action look) : DelegatingBackend(inner)
    {
        private Action? _look = look;

        internal TaskCompletionSource<CancellationToken> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default)
        {
            if (key == "g")
                Interlocked.Exchange(ref _look, null)?.Invoke();
            return base.GetFileInfoAsync(key, cancellationToken);
        }

        public override async ValueTask CopyAsync(
            string source,
            string destination,
            MoveCopyOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            Started.SetResult(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
