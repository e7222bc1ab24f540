using System.Collections.Concurrent;
using System.Text;
using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

/// <summary>
/// Two owners that do not know of each other, answers that get lost at random, and callers that ask again, at either of them: what was
/// answered is true, and nothing happens twice.
/// </summary>
public sealed class LostAnswerTests : IDisposable
{
    private const int Writers = 6;
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        "remotestore-answers-" + Guid.NewGuid().ToString("N")[..12]
    );

    private readonly ConcurrentDictionary<string, string> _outcomes = new();

    private static int Elements => Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1" ? 400 : 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("memory", 1)]
    [InlineData("memory", 2)]
    [InlineData("local", 3)]
    [InlineData("local", 4)]
    public async Task Every_element_of_a_list_is_there_as_often_as_was_answered(string kind, int seed)
    {
        AsyncBackend backend =
            kind == "memory"
                ? new AsyncMemoryBackend()
                : new SyncBackendAdapter(new LocalBackend(new LocalBackendOptions { Root = _root, Durable = false }));
        await using var closing = backend;
        var owners = new[] { new PathOwner(backend, "f"), new PathOwner(backend, "f") };
        await owners[0].WriteAsync(WriteContent.FromText(""), WriteOptions.CreateOnly, atomic: true, Token);
        await Task.WhenAll(
            Enumerable.Range(0, Writers).Select(w => Task.Run(() => AppendAllAsync(owners, w, new Random(seed * 100 + w)), Token))
        );

        var list = Encoding
            .UTF8.GetString(await backend.ReadBytesAsync("f", null, Token))
            .Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(list.Length, list.Distinct().Count());
        Assert.Equal(Writers * Elements, _outcomes.Count);
        foreach (var (element, outcome) in _outcomes)
        {
            var isThere = list.Contains(element);
            Assert.True(
                outcome == "unknown" || isThere == (outcome == "done"),
                $"seed {seed}: {element} was {outcome}, and is {(isThere ? "" : "not ")}there"
            );
        }

        var done = _outcomes.Values.Count(o => o == "done");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{done} done, {_outcomes.Values.Count(o => o == "unknown")} unknown, {list.Length} there"
        );
        Assert.True(done > Writers * Elements / 4, "Too few were answered for the run to say anything.");
    }

    private async Task AppendAllAsync(PathOwner[] owners, int writer, Random random)
    {
        for (var n = 0; n < Elements; n++)
        {
            var element = $"{writer}-{n}";
            // A refusal is an answer: the next attempt is another operation, on what is there then.
            while (await AppendAsync(owners, element, random) is var outcome)
            {
                _outcomes[element] = outcome;
                if (outcome != "refused")
                    break;
            }
        }
    }

    private static async Task<string> AppendAsync(PathOwner[] owners, string element, Random random)
    {
        var read = await owners[random.Next(2)].ReadAsync(null, 1 << 20, Token);
        var text = Encoding.UTF8.GetString(read.Content!.Value.Span);
        if (text.Split(',').Contains(element))
            return "there though refused";
        var now = DateTimeOffset.UtcNow;
        var operation = new PathOperation(Guid.NewGuid())
        {
            Began = now,
            Deadline = now.AddMinutes(1),
            End = now.AddMinutes(1),
        };
        while (true)
        {
            try
            {
                await owners[random.Next(2)]
                    .WriteAsync(
                        WriteContent.FromText($"{text}{element},"),
                        WriteOptions.Matching(read.Info.ETag!),
                        atomic: true,
                        operation,
                        Token
                    );
                if (random.Next(3) > 0)
                    return "done";
            }
            catch (PreconditionFailedException)
            {
                if (random.Next(3) > 0)
                    return "refused";
            }
            catch (BackendUnavailableException e) when (e.Code == ErrorCodes.OutcomeUnknown)
            {
                return "unknown";
            }

            // Here the answer was lost.
            operation = operation with
            {
                IsRetry = true,
            };
        }
    }
}
