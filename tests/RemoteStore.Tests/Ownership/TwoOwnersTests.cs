using System.Text;
using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

/// <summary>
/// Two owners of one path who do not know of each other, over one folder: what single activation should prevent and does not.
/// </summary>
public sealed class TwoOwnersTests : IDisposable
{
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        "remotestore-owners-" + Guid.NewGuid().ToString("N")[..12]
    );

    private static int Scale => Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1" ? 20 : 1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Every_acknowledged_element_of_a_list_stays_in_its_place()
    {
        var owners = new[] { Owner(), Owner() };
        await owners[0].WriteAsync(WriteContent.FromText(""), WriteOptions.Replace, atomic: true, Token);
        var writers = Enumerable.Range(0, 8).Select(w => Task.Run(() => AppendAsync(owners[w % 2], w, 25 * Scale), Token)).ToArray();
        await Task.WhenAll(writers);
        var list = (await ReadAsync(Owner())).Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8 * 25 * Scale, list.Length);
        Assert.Equal(list.Length, list.Distinct().Count());
        foreach (var mine in list.GroupBy(e => e.Split('-')[0]))
            Assert.Equal(mine.Select(e => int.Parse(e.Split('-')[1])).Order(), mine.Select(e => int.Parse(e.Split('-')[1])));
    }

    [Fact]
    public async Task Of_64_creators_and_64_deleters_with_two_owners_the_count_is_even()
    {
        var owners = new[] { Owner(), Owner() };
        for (var round = 0; round < 5 * Scale; round++)
        {
            var created = await CountAsync(
                64,
                i => owners[i % 2].WriteAsync(WriteContent.FromText($"{i}"), WriteOptions.CreateOnly, true, Token).AsTask()
            );
            Assert.Equal(1, created);
            var deleted = await CountAsync(64, i => owners[i % 2].DeleteAsync(null, Token).AsTask());
            Assert.Equal(1, deleted);
        }
    }

    [Fact]
    public async Task A_random_mix_through_stale_owners_never_goes_back()
    {
        var owners = new[] { Owner(), Owner() };
        var reader = new LocalBackend(new LocalBackendOptions { Root = _root, Durable = false });
        await owners[0].WriteAsync(WriteContent.FromText("0"), WriteOptions.Replace, true, Token);
        var done = 0;
        var watching = Task.Run(() => Watch(reader, () => Volatile.Read(ref done) == 1), Token);
        var writers = Enumerable.Range(0, 6).Select(w => Task.Run(() => MixAsync(owners[w % 2], w), Token)).ToArray();
        await Task.WhenAll(writers);
        Volatile.Write(ref done, 1);
        Assert.True(await watching > 0);
    }

    // Versions are ordered by their times, so a reader sees whether one comes back.
    private static int Watch(LocalBackend reader, Func<bool> ended)
    {
        var (last, looks) = (DateTimeOffset.MinValue, 0);
        while (!ended() || looks == 0)
        {
            try
            {
                var info = reader.GetFileInfo("f");
                Assert.True(info.LastModified >= last, $"{info.LastModified:O} after {last:O}");
                (last, looks) = (info.LastModified!.Value, looks + 1);
            }
            catch (NotFoundException)
            {
                looks++;
            }
        }

        return looks;
    }

    private static async Task MixAsync(PathOwner owner, int seed)
    {
        var random = new Random(seed);
        for (var n = 0; n < 60 * Scale; n++)
        {
            var error = await Record.ExceptionAsync(() => OneAsync(owner, random.Next(10), $"{seed}-{n}"));
            // An owner that is refused again and again gives up honestly.
            Assert.True(
                error is null or NotFoundException or BackendUnavailableException { RefusedBeforeExecution: true },
                error?.ToString()
            );
        }
    }

    private static async Task OneAsync(PathOwner owner, int kind, string text)
    {
        if (kind < 7)
            await owner.WriteAsync(WriteContent.FromText(text), WriteOptions.Replace, true, Token);
        else if (kind == 7)
            await owner.DeleteAsync(new DeleteOptions { IgnoreMissing = true }, Token);
        else
            await owner.ReadAsync(null, 100, Token);
    }

    private static async Task AppendAsync(PathOwner owner, int writer, int count)
    {
        for (var n = 0; n < count; )
        {
            var read = await owner.ReadAsync(null, 1 << 20, Token);
            var list = Encoding.UTF8.GetString(read.Content!.Value.Span);
            try
            {
                await owner.WriteAsync(WriteContent.FromText($"{list}{writer}-{n},"), WriteOptions.Matching(read.Info.ETag!), true, Token);
                n++;
            }
            catch (PreconditionFailedException)
            {
                // The other owner was first, or this one's memory was stale: the refusal drops it.
            }
        }
    }

    private static async Task<int> CountAsync(int racers, Func<int, Task> race)
    {
        var errors = await Task.WhenAll(
            Enumerable.Range(0, racers).Select(i => Task.Run(async () => await Record.ExceptionAsync(() => race(i)), Token))
        );
        Assert.All(
            errors,
            e =>
                Assert.True(
                    e is null or PreconditionFailedException or AlreadyExistsException or NotFoundException or BackendUnavailableException,
                    e?.ToString()
                )
        );
        return errors.Count(e => e is null);
    }

    private static async Task<string> ReadAsync(PathOwner owner) =>
        Encoding.UTF8.GetString((await owner.ReadAsync(null, 1 << 20, Token)).Content!.Value.Span);

    private PathOwner Owner() =>
        new(new SyncBackendAdapter(new LocalBackend(new LocalBackendOptions { Root = _root, Durable = false })), "f");
}
