using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Stores that are to be fenced, over backends that learn only from their server whether they are.</summary>
public sealed class RequiredFenceTests(ClusterFixture cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_change_reaches_a_backend_that_turns_out_to_be_unfenced()
    {
        var backend = new LearningBackend { Learns = Capability.Conditional };
        await backend.WriteAsync("f", "one"u8.ToArray(), cancellationToken: Token);
        var store = Open(backend);
        foreach (
            var change in new Func<Task>[]
            {
                () => store.WriteTextAsync("g", "two", cancellationToken: Token),
                () => store.WriteAtomicAsync("g", new byte[200_000], cancellationToken: Token),
                () => store.DeleteAsync("f", cancellationToken: Token),
                () => store.MoveAsync("f", "g", cancellationToken: Token),
                () => store.CopyAsync("f", "g", cancellationToken: Token),
            }
        )
        {
            var error = await Assert.ThrowsAsync<CapabilityNotSupportedException>(change);
            Assert.Equal(Capability.Conditional, error.Capability);
        }

        Assert.Equal("one", await store.ReadTextAsync("f", cancellationToken: Token));
        Assert.Equal(EntryKind.None, await backend.GetKindAsync("g", Token));
        Assert.Equal(1, backend.Asked);
    }

    [Fact]
    public async Task What_is_not_known_yet_is_asked_until_there_is_an_answer()
    {
        var backend = new LearningBackend { Failure = new PermissionDeniedException("Not now.") };
        var store = Open(backend);
        await Assert.ThrowsAsync<PermissionDeniedException>(() => store.WriteTextAsync("f", "one", cancellationToken: Token));
        backend.Failure = null;
        await store.WriteTextAsync("f", "one", cancellationToken: Token);
        await store.WriteTextAsync("f", "two", WriteOptions.Replace, cancellationToken: Token);
        Assert.Equal(2, backend.Asked);
    }

    private AsyncStore Open(LearningBackend backend) =>
        cluster.Open(ClusterFixture.NewStore(_ => backend, new SiloStoreOptions { RequireFence = true }));

    private sealed class LearningBackend() : DelegatingBackend(new AsyncMemoryBackend())
    {
        private int _asked;

        internal int Asked => _asked;

        internal Capability Learns { get; init; }

        internal Exception? Failure { get; set; }

        public override CapabilitySet Capabilities => _asked == 0 ? base.Capabilities : base.Capabilities.Without(Learns);

        public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _asked);
            return Failure is null ? default : ValueTask.FromException(Failure);
        }
    }
}
