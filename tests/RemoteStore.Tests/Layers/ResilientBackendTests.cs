using Microsoft.Extensions.Time.Testing;

namespace RemoteStore.Tests.Layers;

public sealed class ResilientBackendTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedBackend _inner = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static BackendUnavailableException Gone => new("gone");

    private static BackendUnavailableException Refused => new("refused") { RefusedBeforeExecution = true };

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    [Fact]
    public async Task A_read_is_retried_until_it_works()
    {
        await Put("a", "x");
        _inner.FailBefore(Gone, Gone);

        Assert.Equal("x"u8.ToArray(), await Driven(Make().ReadBytesAsync("a", null, Token)));
        Assert.Equal(3, _inner.Calls.Count);
    }

    [Fact]
    public async Task The_last_error_is_the_callers_when_attempts_run_out()
    {
        _inner.FailBefore(Gone, Gone, new BackendUnavailableException("third"));

        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => Driven(Make().GetFileInfoAsync("a", Token)));

        Assert.Equal("third", error.Detail);
        Assert.Equal(3, _inner.Calls.Count);
    }

    [Fact]
    public async Task Every_read_shaped_operation_is_retried()
    {
        await Put("d/a", "x");
        var backend = Make();
        await Retried(async () => await backend.GetKindAsync("d/a", Token));
        await Retried(async () => await (await backend.ReadAsync("d/a", null, Token)).DisposeAsync());
        await Retried(async () => await backend.ReadBytesAsync("d/a", null, Token));
        await Retried(async () => await backend.ListPageAsync("d", null, null, Token));
        await Retried(async () => Assert.Equal(1, await backend.ListAsync("d", null, Token).CountAsync(Token)));
        await Retried(async () => await backend.GetFileInfoAsync("d/a", Token));
        await Retried(async () => await backend.GetFolderInfoAsync("d", null, Token));
        await Retried(async () => await backend.CheckHealthAsync(Token));
        await Retried(async () => await (await backend.OpenAtomicAsync("d/b", null, Token)).DisposeAsync());
    }

    [Fact]
    public async Task Errors_that_do_not_pass_are_not_retried()
    {
        var backend = Make();
        Exception[] errors =
        [
            new NotFoundException("no"),
            new PermissionDeniedException("no"),
            new ResourceLockedException("no"),
            new RemoteStoreException("no"),
            new BackendUnavailableException("closed") { IsTransient = false },
            new InvalidOperationException("no"),
        ];
        foreach (var error in errors)
        {
            _inner.Calls.Clear();
            _inner.FailBefore(error);
            Assert.Same(error, await Record.ExceptionAsync(() => Driven(backend.ReadBytesAsync("a", null, Token))));
            Assert.Single(_inner.Calls);
        }
    }

    [Fact]
    public async Task A_plain_overwrite_is_repeated_after_a_lost_answer()
    {
        _inner.FailAfter(Gone);

        Assert.Equal(1, (await Driven(Make().WriteAsync("a", "x"u8.ToArray(), WriteOptions.Replace, Token))).Size);
        Assert.Equal(2, _inner.Calls.Count);
    }

    [Fact]
    public async Task A_stream_is_given_again_from_where_it_was()
    {
        using var content = new MemoryStream("abcdef"u8.ToArray()) { Position = 2 };
        _inner.FailAfter(Gone);

        await Driven(Make().WriteAtomicAsync("a", content, WriteOptions.Replace, Token));

        Assert.Equal("cdef"u8.ToArray(), await _inner.Inner.ReadBytesAsync("a", null, Token));
        Assert.Equal(2, _inner.Calls.Count);
    }

    [Fact]
    public async Task A_stream_that_cannot_go_back_is_never_given_again()
    {
        _inner.FailBefore(Refused);

        await Assert.ThrowsAsync<BackendUnavailableException>(() =>
            Driven(Make().WriteAsync("a", new OneWayStream("abc"u8.ToArray()), WriteOptions.Replace, Token))
        );

        Assert.Single(_inner.Calls);
    }

    [Fact]
    public async Task Bytes_are_given_again_after_a_timeout_and_a_stream_is_not()
    {
        Func<CancellationToken, Task> once = async t =>
        {
            _inner.Hang = null;
            await Task.Delay(Timeout.InfiniteTimeSpan, t);
        };
        var backend = Make();
        _inner.Hang = once;
        await Driven(Discarded(backend.WriteAsync("a", "x"u8.ToArray(), WriteOptions.Replace, Token)), TimeSpan.FromMinutes(1));
        Assert.Equal(2, _inner.Calls.Count);

        _inner.Calls.Clear();
        _inner.Hang = once;
        using var content = new MemoryStream("x"u8.ToArray());
        await Assert.ThrowsAsync<BackendUnavailableException>(() =>
            Driven(Discarded(backend.WriteAsync("a", content, WriteOptions.Replace, Token)), TimeSpan.FromMinutes(1))
        );
        Assert.Single(_inner.Calls);
    }

    [Fact]
    public async Task Changes_whose_repetition_could_lie_are_made_once()
    {
        await Put("s", "x");
        var etag = (await _inner.Inner.GetFileInfoAsync("s", Token)).ETag!;
        var backend = Make();
        await MadeOnce(async () => await backend.WriteAsync("n1", "x"u8.ToArray(), null, Token));
        await MadeOnce(async () => await backend.WriteAsync("n2", "x"u8.ToArray(), WriteOptions.CreateOnly, Token));
        await MadeOnce(async () => await backend.WriteAsync("s", "x"u8.ToArray(), WriteOptions.Matching(etag), Token));
        await MadeOnce(async () => await backend.CopyAsync("s", "c", null, Token));
        await MadeOnce(async () => await backend.MoveAsync("s", "m", MoveCopyOptions.Replace, Token));
        await MadeOnce(async () => await backend.DeleteAsync("m", null, Token));
        await MadeOnce(async () => await backend.DeleteAsync("c", new DeleteOptions { IgnoreMissing = true, IfMatch = "*" }, Token));
    }

    [Fact]
    public async Task Changes_that_cannot_lie_are_repeated()
    {
        await Put("s", "x");
        var backend = Make();
        await IsRetry(async () => await backend.CopyAsync("s", "c", MoveCopyOptions.Replace, Token));
        await IsRetry(async () => await backend.DeleteAsync("c", new DeleteOptions { IgnoreMissing = true }, Token));
        await IsRetry(async () => await backend.DeleteFolderAsync("d", new DeleteFolderOptions { IgnoreMissing = true }, Token));
    }

    [Fact]
    public async Task A_change_that_was_refused_before_it_began_is_retried()
    {
        _inner.FailBefore(Refused);

        await Driven(Make().WriteAsync("a", "x"u8.ToArray(), WriteOptions.CreateOnly, Token));

        Assert.Equal(2, _inner.Calls.Count);
    }

    [Fact]
    public async Task The_wait_a_backend_asks_for_is_kept()
    {
        await Put("a", "x");
        _inner.FailBefore(new BackendUnavailableException("busy") { RetryAfter = TimeSpan.FromSeconds(7) });

        var read = Make().ReadBytesAsync("a", null, Token).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Single(_inner.Calls);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        await read.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(2, _inner.Calls.Count);
    }

    [Fact]
    public async Task A_wait_longer_than_allowed_is_left_to_the_caller()
    {
        _inner.FailBefore(new BackendUnavailableException("busy") { RetryAfter = TimeSpan.FromMinutes(5) });

        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => Make().ReadBytesAsync("a", null, Token).AsTask());

        Assert.Equal(TimeSpan.FromMinutes(5), error.RetryAfter);
        Assert.Single(_inner.Calls);
    }

    [Fact]
    public async Task Waits_double_and_stay_below_the_limit()
    {
        var options = new ResilienceOptions
        {
            MaxAttempts = 4,
            BaseDelay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromSeconds(2),
            Jitter = false,
        };
        _inner.FailBefore(Gone, Gone, Gone, Gone);
        var read = Make(options).GetKindAsync("a", Token).AsTask();

        foreach (var seconds in new[] { 1, 2, 2 })
        {
            var before = _inner.Calls.Count;
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(before, _inner.Calls.Count);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Until(() => _inner.Calls.Count == before + 1);
        }

        await Assert.ThrowsAsync<BackendUnavailableException>(() => read);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_unavailable_and_a_change_then_unknown()
    {
        _inner.Hang = t => Task.Delay(Timeout.InfiniteTimeSpan, t);
        var backend = Make(new ResilienceOptions { MaxAttempts = 1 });

        var read = await Assert.ThrowsAsync<BackendUnavailableException>(() => Driven(backend.GetKindAsync("a", Token)));
        var move = await Assert.ThrowsAsync<BackendUnavailableException>(() =>
            Driven(backend.MoveAsync("a", "b", null, Token), TimeSpan.FromMinutes(1))
        );

        Assert.True(read.IsTransient);
        Assert.False(read.RefusedBeforeExecution);
        Assert.Equal("memory", read.Backend);
        Assert.Equal("The call timed out after 30 s.", read.Detail);
        Assert.Equal("The call timed out after 600 s. Whether the change was applied is unknown.", move.Detail);
        Assert.Equal("a", move.Path);
    }

    [Fact]
    public async Task A_read_that_timed_out_is_retried()
    {
        var clock = new SignallingClock();
        var options = new ResilienceOptions { Jitter = false };
        await Put("a", "x");
        _inner.Hang = async t =>
        {
            _inner.Hang = null;
            await Task.Delay(Timeout.InfiniteTimeSpan, t);
        };

        var read = new ResilientBackend(_inner, options, clock).GetKindAsync("a", Token).AsTask();
        await clock.WaitAsync(options.AttemptTimeout, Token);
        await Until(() => _inner.IsHanging);
        clock.Advance(options.AttemptTimeout);
        // The clock moves no further once the wait is over: the second try must not be timed out by it.
        await clock.WaitAsync(options.BaseDelay, Token);
        clock.Advance(options.BaseDelay);
        Assert.Equal(EntryKind.File, await read);
        Assert.Equal(2, _inner.Calls.Count);
    }

    [Fact]
    public async Task The_callers_cancellation_is_neither_retried_nor_remapped()
    {
        using var cancellation = new CancellationTokenSource();
        _inner.Hang = t => Task.Delay(Timeout.InfiniteTimeSpan, t);
        var read = Make().GetKindAsync("a", cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Single(_inner.Calls);
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_between_two_attempts()
    {
        using var cancellation = new CancellationTokenSource();
        _inner.FailBefore(Gone);
        var read = Make().GetKindAsync("a", cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Single(_inner.Calls);
    }

    [Fact]
    public async Task A_backend_that_keeps_failing_is_left_alone_for_a_while()
    {
        var backend = Make(
            new ResilienceOptions
            {
                MaxAttempts = 1,
                BreakerMinimumCalls = 4,
                BreakerPause = TimeSpan.FromSeconds(20),
            }
        );
        for (var i = 0; i < 4; i++)
        {
            _inner.FailBefore(Gone);
            await Assert.ThrowsAsync<BackendUnavailableException>(() => backend.GetKindAsync("a", Token).AsTask());
        }

        var open = await Assert.ThrowsAsync<BackendUnavailableException>(() => backend.MoveAsync("a", "b", null, Token).AsTask());
        Assert.Equal(4, _inner.Calls.Count);
        Assert.Equal(TimeSpan.FromSeconds(20), open.RetryAfter);
        Assert.True(open is { IsTransient: true, RefusedBeforeExecution: true, Path: "a" });

        _clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(EntryKind.None, await backend.GetKindAsync("a", Token));
        Assert.Equal(EntryKind.None, await backend.GetKindAsync("a", Token));
    }

    [Fact]
    public async Task Failures_that_say_nothing_of_the_backends_health_do_not_open_the_breaker()
    {
        var backend = Make(new ResilienceOptions { MaxAttempts = 1, BreakerMinimumCalls = 2 });
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAsync<NotFoundException>(() => backend.ReadBytesAsync("a", null, Token).AsTask());
    }

    [Fact]
    public async Task Calls_beyond_the_limit_wait_and_calls_beyond_the_queue_are_refused()
    {
        var release = new TaskCompletionSource();
        _inner.Hang = _ => release.Task;
        var backend = Make(new ResilienceOptions { MaxConcurrency = 2, MaxQueue = 1 });

        var running = Enumerable.Range(0, 3).Select(_ => backend.GetKindAsync("a", Token).AsTask()).ToList();
        Assert.Equal(2, _inner.Calls.Count);
        var refused = await Assert.ThrowsAsync<BackendUnavailableException>(() => backend.GetKindAsync("a", Token).AsTask());
        Assert.True(refused is { IsTransient: true, RefusedBeforeExecution: true });

        release.SetResult();
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(3, _inner.Calls.Count);
    }

    [Fact]
    public async Task A_stream_that_was_opened_is_read_without_any_retry()
    {
        var broken = new BrokenStreamBackend();
        var backend = new ResilientBackend(broken, null, _clock);

        await using var stream = await backend.ReadAsync("a", null, Token);
        Assert.Equal(1, await stream.ReadAsync(new byte[1], Token));
        await Assert.ThrowsAsync<BackendUnavailableException>(() => stream.ReadAsync(new byte[1], Token).AsTask());
        Assert.Equal(1, broken.Opened);
    }

    [Fact]
    public async Task A_listing_continues_with_the_page_that_failed()
    {
        for (var i = 0; i < 7; i++)
            await Put($"f{i}", "x");
        var names = new List<string>();
        var backend = Make(new ResilienceOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) });
        var listing = backend.ListAsync("", new ListOptions { PageSize = 3 }, Token).GetAsyncEnumerator(Token);
        while (await Driven(listing.MoveNextAsync()))
        {
            names.Add(listing.Current.Path);
            if (names.Count == 3)
                _inner.FailBefore(Gone);
        }

        Assert.Equal(7, names.Distinct().Count());
        Assert.Equal(7, names.Count);
    }

    [Theory]
    [InlineData(nameof(ResilienceOptions.MaxAttempts), 0)]
    [InlineData(nameof(ResilienceOptions.MaxAttempts), 21)]
    [InlineData(nameof(ResilienceOptions.BreakerMinimumCalls), 1)]
    [InlineData(nameof(ResilienceOptions.MaxConcurrency), -1)]
    [InlineData(nameof(ResilienceOptions.MaxQueue), -1)]
    public void Options_out_of_range_are_refused_by_name(string property, int value)
    {
        var options = new ResilienceOptions();
        typeof(ResilienceOptions).GetProperty(property)!.SetValue(options, value);

        Assert.StartsWith(property, Assert.Throws<ArgumentException>(() => new ResilientBackend(_inner, options)).Message);
    }

    [Fact]
    public void The_limits_of_the_options_can_all_be_built()
    {
        var least = new ResilienceOptions
        {
            MaxAttempts = 1,
            BaseDelay = TimeSpan.FromMilliseconds(1),
            MaxDelay = TimeSpan.FromMilliseconds(1),
            AttemptTimeout = TimeSpan.FromMilliseconds(11),
            TransferTimeout = TimeSpan.Zero,
            BreakerFailureRatio = 0,
            BreakerMinimumCalls = 2,
            BreakerWindow = TimeSpan.FromMilliseconds(500),
            BreakerPause = TimeSpan.FromMilliseconds(500),
            MaxConcurrency = 0,
            MaxQueue = 0,
        };
        var most = new ResilienceOptions
        {
            MaxAttempts = 20,
            BaseDelay = TimeSpan.FromHours(1),
            MaxDelay = TimeSpan.FromHours(1),
            AttemptTimeout = TimeSpan.FromDays(1),
            TransferTimeout = TimeSpan.FromDays(1),
            BreakerFailureRatio = 1,
            BreakerMinimumCalls = 100_000,
            BreakerWindow = TimeSpan.FromDays(1),
            BreakerPause = TimeSpan.FromDays(1),
            MaxConcurrency = 100_000,
            MaxQueue = 1_000_000,
        };
        var narrow = new ResilienceOptions
        {
            BreakerMinimumCalls = 2,
            BreakerWindow = TimeSpan.FromMilliseconds(500),
            BreakerPause = TimeSpan.FromMilliseconds(500),
        };
        foreach (var options in new[] { least, most, narrow })
            Assert.NotNull(new ResilientBackend(_inner, options, _clock));
    }

    private ResilientBackend Make(ResilienceOptions? options = null) => new(_inner, options, _clock);

    private async Task Put(string key, string text) => await _inner.Inner.WriteTextAsync(key, text, WriteOptions.Replace, null, Token);

    private Task Retried(Func<Task> call) => Tried(2, call, () => _inner.FailBefore(Gone));

    private Task IsRetry(Func<Task> call) => Tried(2, call, () => _inner.FailAfter(Gone));

    private async Task MadeOnce(Func<Task> call)
    {
        await Tried(1, async () => await Assert.ThrowsAsync<BackendUnavailableException>(call), () => _inner.FailAfter(Gone));
    }

    private async Task Tried(int times, Func<Task> call, Action prepare)
    {
        _inner.Calls.Clear();
        prepare();
        await Driven(call());
        Assert.Equal(times, _inner.Calls.Count);
    }

    private async Task<T> Driven<T>(ValueTask<T> task)
    {
        var running = task.AsTask();
        await Driven((Task)running);
        return await running;
    }

    private static async ValueTask Discarded(ValueTask<WriteResult> task) => await task;

    private Task Driven(ValueTask task, TimeSpan? step = null) => Driven(task.AsTask(), step);

    /// <summary>
    /// Moves the clock until the call has ended: by steps while it hangs, in small ones between attempts, and not while an attempt works.
    /// </summary>
    private async Task Driven(Task task, TimeSpan? step = null)
    {
        await Until(() =>
        {
            if (!task.IsCompleted && !_inner.IsWorking)
                _clock.Advance(_inner.IsHanging ? step ?? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(50));
            return task.IsCompleted;
        });
        await task;
    }

    private static async Task Until(Func<bool> condition)
    {
        var watchdog = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watchdog.Elapsed < TimeSpan.FromSeconds(30), "The call does not end.");
            await Task.Yield();
        }
    }
}
