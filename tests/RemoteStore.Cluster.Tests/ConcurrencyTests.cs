using System.Globalization;

namespace RemoteStore.Cluster.Tests;

public sealed class ConcurrencyTests(ClusterFixture cluster)
{
    private const Capability Conditions = Capability.CreateOnly | Capability.Conditional;

    public static TheoryData<Capability> Stripped => [Capability.None, Conditions];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stripped))]
    public async Task Of_64_creators_through_three_silos_one_wins(Capability without)
    {
        var name = NewStore(without);
        var large = new byte[200_000];
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(i =>
                    Record
                        .ExceptionAsync(() =>
                            cluster
                                .Open(name, i)
                                .WriteAtomicAsync("f", i % 4 == 0 ? large : new byte[] { (byte)i }, WriteOptions.CreateOnly, Token)
                        )
                        .AsTask()
                )
        );
        Assert.Single(outcomes, o => o is null);
        Assert.All(outcomes.OfType<Exception>(), e => Assert.IsType<AlreadyExistsException>(e));
    }

    [Theory]
    [MemberData(nameof(Stripped))]
    public async Task No_increment_of_64_through_three_silos_is_lost(Capability without)
    {
        var name = NewStore(without);
        await cluster.Open(name).WriteTextAsync("n", "0", cancellationToken: Token);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => IncrementAsync(cluster.Open(name, i))));
        Assert.Equal("64", await cluster.Open(name).ReadTextAsync("n", cancellationToken: Token));
    }

    [Fact]
    public async Task Moves_against_each_other_end_and_lose_nothing()
    {
        var name = ClusterFixture.NewStore();
        await cluster.Open(name).WriteTextAsync("a", "content", cancellationToken: Token);
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, 6)
                    .Select(async i =>
                        await Record.ExceptionAsync(() =>
                            i % 2 == 0
                                ? cluster.Open(name, i).MoveAsync("a", "b", cancellationToken: Token)
                                : cluster.Open(name, i).MoveAsync("b", "a", cancellationToken: Token)
                        )
                    )
            );
            var left = await cluster.Open(name).ListAsync("", null, Token).Select(e => e.Path).ToListAsync(Token);
            Assert.Equal("content", await cluster.Open(name, 1).ReadTextAsync(Assert.Single(left), cancellationToken: Token));
        }
    }

    [Fact]
    public async Task Moves_and_copies_keep_their_conditions()
    {
        var name = NewStore(Conditions);
        var store = cluster.Open(name);
        await store.WriteTextAsync("a", "old", cancellationToken: Token);
        var stale = (await store.GetFileInfoAsync("a", Token)).ETag;
        await store.WriteTextAsync("a", "new", WriteOptions.Replace, cancellationToken: Token);
        var condition = new MoveCopyOptions { IfMatch = stale };
        await Assert.ThrowsAsync<PreconditionFailedException>(() => store.MoveAsync("a", "b", condition, Token));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => store.CopyAsync("a", "b", condition, Token));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => store.DeleteAsync("a", new DeleteOptions { IfMatch = stale }, Token));
        await store.MoveAsync("a", "b", new MoveCopyOptions { IfMatch = (await store.GetFileInfoAsync("a", Token)).ETag }, Token);
        Assert.Equal("new", await cluster.Open(name, 2).ReadTextAsync("b", cancellationToken: Token));
        Assert.False(await store.ExistsAsync("a", Token));
    }

    [Fact]
    public async Task A_folder_is_deleted_while_others_write_elsewhere_in_the_store()
    {
        var name = ClusterFixture.NewStore();
        var store = cluster.Open(name);
        await Task.WhenAll(
            Enumerable.Range(0, 300).Select(i => store.WriteTextAsync($"tree/{i % 7}/{i % 3}/{i}", "x", cancellationToken: Token))
        );
        var others = Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => cluster.Open(name, i).WriteTextAsync($"other/{i}", "x", cancellationToken: Token))
        );
        Assert.Equal("x", await cluster.Open(name, 1).ReadTextAsync("tree/1/1/1", cancellationToken: Token));
        await store.DeleteFolderAsync("tree", new DeleteFolderOptions { Recursive = true }, Token);
        await others;
        Assert.False(await cluster.Open(name, 1).ExistsAsync("tree/1/1/1", Token));
        Assert.False(await cluster.Open(name, 2).ExistsAsync("tree", Token));
        Assert.Equal(50, (await store.GetFolderInfoAsync("other", cancellationToken: Token)).FileCount);
    }

    private static string NewStore(Capability without) =>
        ClusterFixture.NewStore(name => new StrippedBackend(new AsyncMemoryBackend(name), without));

    private static async Task IncrementAsync(AsyncStore store)
    {
        while (true)
        {
            await using var read = await store.ReadAsync("n", cancellationToken: Token);
            using var text = new StreamReader(read);
            var next = int.Parse(await text.ReadToEndAsync(Token), CultureInfo.InvariantCulture) + 1;
            try
            {
                await store.WriteTextAsync(
                    "n",
                    next.ToString(CultureInfo.InvariantCulture),
                    WriteOptions.Matching(read.Info.ETag!),
                    cancellationToken: Token
                );
                return;
            }
            catch (PreconditionFailedException)
            {
                // Somebody else was first.
            }
        }
    }
}
