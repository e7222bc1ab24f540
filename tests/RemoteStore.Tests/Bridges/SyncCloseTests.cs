using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Tests;

public sealed class SyncCloseTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(32)]
    public void Close_in_time_fails_every_hung_call_and_names_it(int callers)
    {
        var log = new ListLogger();
        var probe = Hanging();
        var adapter = new AsyncBackendSyncAdapter(probe, new AsyncBackendSyncAdapterOptions { Logger = log });
        var calls = StartHung(adapter, callers, probe);

        var watch = Stopwatch.StartNew();
        OwnThread.Run(() => adapter.Close(s_short));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_short + TimeSpan.FromSeconds(5));
        foreach (var call in calls)
        {
            var failure = OwnThread.Run(() => Record.Exception(() => call.GetAwaiter().GetResult()));
            Assert.False(Assert.IsType<BackendUnavailableException>(failure).IsTransient);
        }

        var warning = Assert.Single(log.Lines);
        Assert.Equal(callers, warning.Split("exists").Length - 1);
    }

    [Fact]
    public void Calls_that_end_while_the_close_drains_succeed()
    {
        var release = new TaskCompletionSource();
        var probe = new AsyncProbeBackend { Before = (op, _) => op == "exists" ? release.Task : Task.CompletedTask };
        var log = new ListLogger();
        var adapter = new AsyncBackendSyncAdapter(probe, new AsyncBackendSyncAdapterOptions { Logger = log });
        var calls = StartHung(adapter, 4, probe);
        var close = OwnThread.Start(() => adapter.Close(Timeout.InfiniteTimeSpan));
        OwnThread.Run(() => SpinWait.SpinUntil(() => Record.Exception(() => adapter.NativePath("a")) is null && IsRefused(adapter)));
        release.SetResult();
        OwnThread.Run(() => Task.WaitAll(calls));
        OwnThread.Run(close.Wait);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void Calls_that_heed_their_token_are_cancelled_before_they_are_given_up()
    {
        var probe = new AsyncProbeBackend
        {
            Before = (op, token) => op == "exists" ? new TaskCompletionSource().Task.WaitAsync(token) : Task.CompletedTask,
        };
        var adapter = new AsyncBackendSyncAdapter(probe);
        var calls = StartHung(adapter, 3, probe);
        OwnThread.Run(() => adapter.Close(s_short));
        foreach (var call in calls)
        {
            var failure = OwnThread.Run(() => Record.Exception(() => call.GetAwaiter().GetResult()));
            Assert.True(failure is OperationCanceledException or BackendUnavailableException, $"{failure}");
        }
    }

    [Fact]
    public void A_write_that_waits_for_its_backend_is_failed_and_its_content_is_left_alone()
    {
        var probe = new AsyncProbeBackend { Before = (op, _) => op == "write" ? new TaskCompletionSource().Task : Task.CompletedTask };
        var adapter = new AsyncBackendSyncAdapter(probe);
        var content = new PatternStream(100);
        var write = OwnThread.Start(() => adapter.Write("a", content));
        WaitUntil(() => probe.MaxRunning == 1);
        OwnThread.Run(() => adapter.Close(s_short));
        OwnThread.Run(() => Assert.Throws<BackendUnavailableException>(() => write.GetAwaiter().GetResult()));
        Assert.Equal(0, content.BytesRead);
    }

    [Fact]
    public void What_a_call_opens_after_the_close_is_disposed()
    {
        var release = new TaskCompletionSource();
        ProbeStream? native = null;
        var (entered, opened) = (new TaskCompletionSource(), new TaskCompletionSource());
        var probe = new AsyncProbeBackend
        {
            Before = (op, _) =>
            {
                if (op != "read")
                    return Task.CompletedTask;
                entered.SetResult();
                return release.Task;
            },
            OnRead = inner =>
            {
                native = new ProbeStream(inner);
                opened.SetResult();
                return native;
            },
        };
        var adapter = new AsyncBackendSyncAdapter(probe);
        OwnThread.Run(() => adapter.Write("a", "x"u8.ToArray()));
        var read = OwnThread.Start(() => adapter.Read("a"));
        OwnThread.Run(entered.Task.Wait);
        OwnThread.Run(() => adapter.Close(s_short));
        OwnThread.Run(() => Assert.Throws<BackendUnavailableException>(() => read.GetAwaiter().GetResult()));
        release.SetResult();
        OwnThread.Run(opened.Task.Wait);
        OwnThread.Run(native!.Disposed.Task.Wait);
    }

    [Fact]
    public void A_backend_whose_close_hangs_or_throws_does_not_hold_up_the_close()
    {
        foreach (
            var close in new Func<Task>[]
            {
                () => new TaskCompletionSource().Task,
                () => Task.FromException(new InvalidOperationException("no")),
                () => throw new InvalidOperationException("no"),
                () =>
                {
                    new ManualResetEventSlim().Wait(TimeSpan.FromSeconds(20));
                    return Task.CompletedTask;
                },
            }
        )
        {
            var log = new ListLogger();
            var probe = new AsyncProbeBackend { Before = (op, _) => op == "close" ? close() : Task.CompletedTask };
            var adapter = new AsyncBackendSyncAdapter(probe, new AsyncBackendSyncAdapterOptions { Logger = log });
            var watch = Stopwatch.StartNew();
            OwnThread.Run(() => adapter.Close(s_short));
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_short + TimeSpan.FromSeconds(5));
            Assert.Single(log.Lines);
        }
    }

    [Fact]
    public void Close_happens_once_and_everybody_waits_for_it()
    {
        var closes = 0;
        var release = new TaskCompletionSource();
        var probe = new AsyncProbeBackend
        {
            Before = (op, _) =>
            {
                closes += op == "close" ? 1 : 0;
                return op == "close" ? release.Task : Task.CompletedTask;
            },
        };
        var adapter = new AsyncBackendSyncAdapter(probe);
        var closers = Enumerable.Range(0, 8).Select(_ => OwnThread.Start(adapter.Dispose)).ToArray();
        WaitUntil(() => closes == 1);
        Assert.DoesNotContain(closers, c => c.IsCompleted);
        release.SetResult();
        OwnThread.Run(() => Task.WaitAll(closers));
        Assert.Equal(1, closes);
    }

    [Fact]
    public void A_closed_adapter_refuses_everything_but_addressing()
    {
        OwnThread.Run(() =>
        {
            var adapter = new AsyncBackendSyncAdapter(new AsyncMemoryBackend());
            adapter.Write("a", "abc"u8.ToArray());
            var stream = adapter.Read("a");
            adapter.Dispose();
            Assert.False(Assert.Throws<BackendUnavailableException>(() => adapter.GetKind("a")).IsTransient);
            Assert.Throws<BackendUnavailableException>(() => adapter.List(""));
            Assert.Throws<BackendUnavailableException>(() => stream.ReadByte());
            stream.Dispose();
            Assert.Equal("a", adapter.NativePath("a"));
        });
    }

    private static AsyncProbeBackend Hanging() =>
        new() { Before = static (op, _) => op == "exists" ? new TaskCompletionSource().Task : Task.CompletedTask };

    private static Task[] StartHung(AsyncBackendSyncAdapter adapter, int callers, AsyncProbeBackend probe)
    {
        var calls = Enumerable.Range(0, callers).Select(i => (Task)OwnThread.Start(() => adapter.GetKind($"{i}"))).ToArray();
        WaitUntil(() => probe.MaxRunning == callers);
        return calls;
    }

    private static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, OwnThread.Watchdog));

    private static bool IsRefused(AsyncBackendSyncAdapter adapter) =>
        Record.Exception(() => adapter.CheckHealth()) is BackendUnavailableException;

    private sealed class ListLogger : ILogger
    {
        internal List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (Lines)
                Lines.Add(formatter(state, exception));
        }
    }
}
