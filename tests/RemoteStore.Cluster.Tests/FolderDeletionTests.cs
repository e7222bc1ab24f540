using Microsoft.Extensions.Time.Testing;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

public sealed class FolderDeletionTests(ClusterFixture cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_backend_does_not_make_a_call_as_long_as_a_page_takes()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var backend = new SlowBackend(new AsyncMemoryBackend(), () => clock.Advance(TimeSpan.FromSeconds(1)));
        var store = ClusterFixture.StoreOf(ClusterFixture.NewStore(_ => backend));
        foreach (var i in Enumerable.Range(0, 40))
            await backend.WriteAsync($"d/{i}", "x"u8.ToArray(), cancellationToken: Token);
        Assert.False(await RunAsync(continued: false));
        Assert.InRange((await backend.GetFolderInfoAsync("d", cancellationToken: Token)).FileCount, 1, 39);
        var calls = 1;
        while (!await RunAsync(continued: true))
            calls++;
        Assert.InRange(calls, 2, 4);
        Assert.Equal(EntryKind.None, await backend.GetKindAsync("d", Token));

        Task<bool> RunAsync(bool continued) => new FolderDeletion(
                store,
                new PathGrains(cluster.Clients[0].Cluster),
                clock,
                new DeleteFolderRequest
                {
                    Folder = "d",
                    Recursive = true,
                    Continued = continued,
                }
            ).RunAsync(Token).AsTask();
    }

    private sealed class SlowBackend(AsyncBackend inner, Action delay) : DelegatingBackend(inner)
    {
        public override ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        {
            lock (delay)
                delay();
            return base.DeleteAsync(key, options, cancellationToken);
        }
    }
}
