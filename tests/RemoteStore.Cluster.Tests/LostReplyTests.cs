using System.Globalization;
using System.Text;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

/// <summary>Three of ten answers are lost: every change happens once all the same, and its caller gets the first answer.</summary>
public sealed class LostReplyTests(ClusterFixture cluster)
{
    private const int Files = 12;
    private const int Racers = 4;

    // Tries longer than all of them together: a call that was retried only at the end of its lost attempt would never be.
    private static readonly ClusterCallLimits Limits = new()
    {
        AttemptTimeout = TimeSpan.FromMinutes(10),
        OperationTimeout = TimeSpan.FromMinutes(3),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_change_happens_once_with_its_first_answer(int seed)
    {
        var name = ClusterFixture.NewStore();
        var backend = new ClusterBackend(cluster.Cluster.Client, name, limits: Limits);
        await backend.ConnectAsync(Token);
        LostReplies.Begin(name, seed);
        var before = LostReplies.Lost;

        await Task.WhenAll(Enumerable.Range(0, Files).Select(f => CreateAsync(backend, $"create/{f}")));
        await Task.WhenAll(
            Enumerable
                .Range(0, Files)
                .Select(f => RaceAsync<NotFoundException>(() => backend.MoveAsync($"create/{f}", $"moved/{f}", null, Token)))
        );
        await Task.WhenAll(
            Enumerable
                .Range(0, Files)
                .Select(f => RaceAsync<AlreadyExistsException>(() => backend.CopyAsync($"moved/{f}", $"copy/{f}", null, Token)))
        );
        await Task.WhenAll(
            Enumerable.Range(0, Files).Select(f => RaceAsync<NotFoundException>(() => backend.DeleteAsync($"moved/{f}", null, Token)))
        );
        await Task.WhenAll(Enumerable.Range(0, 3).Select(f => IncrementAsync(backend, $"count/{f}")));
        await RaceAsync<NotFoundException>(
            () => backend.DeleteFolderAsync("copy", new DeleteFolderOptions { Recursive = true }, Token),
            isFolder: true
        );

        Assert.Equal(EntryKind.None, await StoreOf(name).GetKindAsync("copy", Token));
        Assert.True(LostReplies.Lost - before > Files, "Too few answers were lost for the run to say anything.");
    }

    private static AsyncBackend StoreOf(string name) => ClusterFixture.StoreOf(name).Backend;

    private static async Task CreateAsync(ClusterBackend backend, string key)
    {
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, Racers)
                .Select(async r =>
                {
                    try
                    {
                        return await backend.WriteAsync(key, Encoding.UTF8.GetBytes($"{r}"), WriteOptions.CreateOnly, Token);
                    }
                    catch (AlreadyExistsException)
                    {
                        return null;
                    }
                })
        );
        var won = Array.FindIndex(results, r => r is not null);
        Assert.Single(results, r => r is not null);
        Assert.Equal($"{won}", Encoding.UTF8.GetString(await backend.ReadBytesAsync(key, null, Token)));
        Assert.Equal((await backend.GetFileInfoAsync(key, Token)).ETag, results[won]!.ETag);
    }

    private static async Task RaceAsync<TLost>(Func<ValueTask> change, bool isFolder = false)
        where TLost : RemoteStoreException
    {
        var errors = await Task.WhenAll(
            Enumerable.Range(0, Racers).Select(_ => Record.ExceptionAsync(async () => await change()).AsTask())
        );
        Assert.All(errors, e => Assert.True(e is null or TLost, e?.ToString()));
        // Of several deletions of one folder each may delete a part, so more than one of them may have done it.
        Assert.True(
            isFolder ? errors.Any(e => e is null) : errors.Count(e => e is null) == 1,
            $"{errors.Count(e => e is null)} were reported that they did it"
        );
    }

    private static async Task IncrementAsync(ClusterBackend backend, string key)
    {
        await backend.WriteAsync(key, "0"u8.ToArray(), WriteOptions.CreateOnly, Token);
        var answered = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, Racers)
                .Select(async _ =>
                {
                    for (var n = 0; n < 3; )
                    {
                        var info = await backend.GetFileInfoAsync(key, Token);
                        try
                        {
                            var text = Encoding.UTF8.GetString(
                                await backend.ReadBytesAsync(key, new ReadOptions { IfMatch = info.ETag }, Token)
                            );
                            var next = int.Parse(text, CultureInfo.InvariantCulture) + 1;
                            await backend.WriteAsync(key, Encoding.UTF8.GetBytes($"{next}"), WriteOptions.Matching(info.ETag!), Token);
                            n++;
                            Interlocked.Increment(ref answered);
                        }
                        catch (PreconditionFailedException)
                        {
                            // Somebody else was first.
                        }
                    }
                })
        );
        Assert.Equal($"{answered}", Encoding.UTF8.GetString(await backend.ReadBytesAsync(key, null, Token)));
    }
}
