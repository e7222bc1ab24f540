using System.Diagnostics;

namespace RemoteStore.Tests;

/// <summary>
/// Adapters that are closed while calls are in flight, over backends of every kind of manners. Each call ends with an outcome that is
/// defined, a second close does nothing, and no thread stays. A few rounds by default, 5,000 and 1,000 of each with REMOTESTORE_LONG=1.
/// </summary>
[Collection("alone")]
public sealed class CloseSoakTests(ITestOutputHelper output)
{
    private const int Seed = 20261125;
    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1";
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(20);

    public enum Manners
    {
        EndsAtRandom,
        NeverEnds,
        HeedsItsToken,
        EndsAfterTheClose,
        ThrowsFromDispose,
    }

    [Theory]
    [InlineData(Manners.EndsAtRandom, 40, 5_000)]
    [InlineData(Manners.NeverEnds, 10, 1_000)]
    [InlineData(Manners.HeedsItsToken, 10, 1_000)]
    [InlineData(Manners.EndsAfterTheClose, 10, 1_000)]
    [InlineData(Manners.ThrowsFromDispose, 10, 1_000)]
    public void A_close_with_calls_in_flight_ends_every_one_of_them(Manners manners, int rounds, int longRounds)
    {
        var alive = DedicatedThread.Alive;
        var random = new Random(Seed);
        var (outcomes, slowest) = (new Dictionary<string, int>(), TimeSpan.Zero);
        for (var i = 0; i < (s_isLong ? longRounds : rounds); i++)
        {
            using var round = new Round(manners, random.Next());
            round.Run();
            slowest = round.Took > slowest ? round.Took : slowest;
            foreach (var outcome in round.Outcomes)
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine(
            $"{manners}: {string.Join(", ", outcomes.Select(o => $"{o.Value} {o.Key}"))}; slowest close {slowest.TotalMilliseconds:0} ms"
        );
        Assert.True(SpinWait.SpinUntil(() => DedicatedThread.Alive <= alive, OwnThread.Watchdog), $"{DedicatedThread.Alive} > {alive}");
    }

    /// <summary>One adapter, some callers, one close.</summary>
    private sealed class Round(Manners manners, int seed) : IDisposable
    {
        private readonly Random _random = new(seed);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CountdownEvent _entered = new(1);

        internal List<string> Outcomes { get; } = [];

        internal TimeSpan Took { get; private set; }

        internal void Run()
        {
            var probe = new AsyncProbeBackend
            {
                Before = (operation, token) => operation == "exists" ? Behave(token) : Task.CompletedTask,
                OnRead = inner => new ProbeStream(inner) { BeforeDispose = OnDispose },
            };
            var adapter = new AsyncBackendSyncAdapter(probe);
            OwnThread.Run(() => adapter.Write("f", "abc"u8.ToArray()));
            var open = OwnThread.Run(() => adapter.Read("f"));
            var callers = _random.Next(1, 33);
            _entered.Reset(callers);
            var calls = Enumerable.Range(0, callers).Select(_ => OwnThread.Start(() => Call(adapter))).ToArray();
            Assert.True(_entered.Wait(OwnThread.Watchdog));

            var started = Stopwatch.GetTimestamp();
            OwnThread.Run(() => adapter.Close(s_timeout));
            Took = Stopwatch.GetElapsedTime(started);
            foreach (var call in calls)
                Outcomes.Add(call.WaitAsync(OwnThread.Watchdog, CancellationToken.None).GetAwaiter().GetResult());
            OwnThread.Run(() => adapter.Close(s_timeout));
            OwnThread.Run(() => Assert.Throws<BackendUnavailableException>(() => adapter.GetKind("f")));
            OwnThread.Run(open.Dispose);
            _released.TrySetResult();
        }

        private void OnDispose()
        {
            if (manners == Manners.ThrowsFromDispose)
                throw new IOException("It does not want to.");
        }

        public void Dispose() => _entered.Dispose();

        private static string Call(AsyncBackendSyncAdapter adapter)
        {
            try
            {
                adapter.GetKind("f");
                return "succeeded";
            }
            catch (BackendUnavailableException e)
            {
                Assert.False(e.IsTransient);
                return "given up";
            }
            catch (OperationCanceledException)
            {
                return "cancelled";
            }
        }

        private Task Behave(CancellationToken token)
        {
            var delay = manners switch
            {
                Manners.EndsAtRandom => RandomDelay(token),
                Manners.NeverEnds => new TaskCompletionSource().Task,
                Manners.HeedsItsToken => Task.Delay(Timeout.InfiniteTimeSpan, token),
                _ => _released.Task,
            };
            _entered.Signal();
            return delay;
        }

        private Task RandomDelay(CancellationToken token)
        {
            lock (_random)
                return _random.Next(4) == 0
                    ? Task.CompletedTask
                    : Task.Delay(_random.Next(40), _random.Next(2) == 0 ? token : CancellationToken.None);
        }
    }
}
