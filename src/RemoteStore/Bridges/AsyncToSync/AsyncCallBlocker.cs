using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>
/// Runs asynchronous calls for callers that block. A call is started on the caller's own thread, with the private loop as its current
/// context. If it does not complete synchronously, the caller blocks until it completes or the close abandons it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "No native resources are held, and calls that end after the close still use it.")]
internal sealed class AsyncCallBlocker(string backend, ConcurrencyModel posture, ILogger? logger)
{
    private readonly CallRegistry _calls = new();
    private readonly PrivateLoop _loop = new(backend, logger);
    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly SerialGate? _gate = posture == ConcurrencyModel.SingleConnection ? new SerialGate() : null;

    internal T Run<TState, T>(string operation, TState state, Func<TState, CancellationToken, ValueTask<T>> start)
    {
        using var call = Enter(operation);
        using var turn = TakeTurn();
        var task = Start(state, start);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : Wait(task.AsTask());
    }

    internal void Run<TState>(string operation, TState state, Func<TState, CancellationToken, ValueTask> start)
    {
        using var call = Enter(operation);
        using var turn = TakeTurn();
        var task = Start(state, start);
        if (task.IsCompleted)
            task.GetAwaiter().GetResult();
        else
            Wait(task.AsTask());
    }

    /// <summary>Runs a write whose content is read by the calling thread while it waits.</summary>
    internal WriteResult RunWithContent(
        string operation,
        Stream content,
        Func<WriteContent, CancellationToken, ValueTask<WriteResult>> start
    )
    {
        using var call = Enter(operation);
        using var turn = TakeTurn();
        using var served = new BlockingContent(content);
        try
        {
            var task = Start((start, served), static (s, token) => s.start(s.served, token));
            return task.IsCompleted ? task.GetAwaiter().GetResult() : Wait(task.AsTask(), served);
        }
        catch (Exception e) when (served.Failure is { } failure && failure.SourceException != e)
        {
            failure.Throw();
            throw;
        }
    }

    /// <summary>Starts the release of a resource and waits for it where waiting is allowed; after the close it is only started.</summary>
    internal void Release<TState>(TState state, Func<TState, ValueTask> release)
    {
        if (!_calls.IsRefusing && !CallerContext.IsAsynchronous())
        {
            Run("dispose", (state, release), static (s, _) => s.release(s.state));
            return;
        }

        using (CallerContext.Enter(_loop))
            Observe(ReleaseAsync(state, release));
    }

    /// <summary>Rejects new calls, drains, cancels, fails, closes the backend and stops the loop: all within the timeout.</summary>
    internal void Close(Func<Task> closeInner, TimeSpan timeout)
    {
        var deadline = Deadline.After(timeout);
        _calls.Refuse();
        if (!_calls.WaitUntilEmpty(deadline.Part(0.7)))
        {
            Observe(_loop.RunAsync(() => Cancel(_cancelled)));
            _calls.WaitUntilEmpty(deadline.Part(0.85));
        }

        var unfinished = _calls.Operations();
        _abandoned.Cancel();
        if (!CloseInner(closeInner, deadline))
            unfinished = [.. unfinished, "close"];
        if (!_loop.Stop(deadline.Left))
            unfinished = [.. unfinished, "loop"];
        if (unfinished.Count > 0)
            RemoteStoreDiagnostics.Abandoned.Add(unfinished.Count);
        if (unfinished.Count > 0 && logger is not null)
            BridgeLog.Unfinished(logger, backend, timeout, unfinished.Count, string.Join(", ", unfinished));
    }

    internal BackendUnavailableException Closed() => StorageErrors.Closed(null, backend);

    /// <summary>Async, so that a synchronous failure ends in the task, which is not awaited.</summary>
    private static async Task ReleaseAsync<TState>(TState state, Func<TState, ValueTask> release) =>
        await release(state).ConfigureAwait(false);

    private static Task Cancel(CancellationTokenSource source)
    {
        source.Cancel();
        return Task.CompletedTask;
    }

    private static void Observe(Task task) =>
        task.ContinueWith(
            static t => _ = t.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    /// <summary>Disposes the result of a call that its caller has abandoned.</summary>
    private static void Abandon(Task task)
    {
        Observe(task);
        task.ContinueWith(
            static t => Observe(DisposeResultAsync(t)),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default
        );
    }

    private static async Task DisposeResultAsync(Task task)
    {
        var result = task switch
        {
            Task<RemoteReadStream> read => await read.ConfigureAwait(false),
            Task<AsyncAtomicWriter> writer => (Stream)await writer.ConfigureAwait(false),
            _ => null,
        };
        if (result is not null)
            await result.DisposeAsync().ConfigureAwait(false);
    }

    private CallRegistry.Entry Enter(string operation)
    {
        CallerContext.ThrowIfAsynchronous();
        return _calls.TryEnter(operation) ?? throw Closed();
    }

    private SerialGate.Turn TakeTurn()
    {
        try
        {
            return _gate?.Take(_abandoned.Token) ?? default;
        }
        catch (OperationCanceledException)
        {
            throw Unfinished();
        }
    }

    private TTask Start<TState, TTask>(TState state, Func<TState, CancellationToken, TTask> start)
    {
        using (CallerContext.Enter(_loop))
            return start(state, _cancelled.Token);
    }

    private T Wait<T>(Task<T> task, BlockingContent? content = null)
    {
        Wait((Task)task, content);
        return task.GetAwaiter().GetResult();
    }

    private void Wait(Task task, BlockingContent? content = null)
    {
        try
        {
            while (content is not null && !task.IsCompleted)
            {
                Task.WaitAny([task, content.Wanted], _abandoned.Token);
                content.Serve();
            }

            task.Wait(_abandoned.Token);
        }
        catch (AggregateException) when (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!task.IsCompleted)
        {
            Abandon(task);
            throw Unfinished();
        }
        catch (OperationCanceledException)
        {
            task.GetAwaiter().GetResult();
        }
    }

    private BackendUnavailableException Unfinished() => StorageErrors.ClosedDuringCall(backend);

    /// <summary>Closes the backend on the loop: a backend that blocks there does not block the caller.</summary>
    private bool CloseInner(Func<Task> closeInner, Deadline deadline)
    {
        var task = _loop.RunAsync(closeInner);
        try
        {
            return task.Wait(deadline.Left);
        }
        catch (AggregateException e)
        {
            if (logger is not null)
                BridgeLog.CloseFailed(logger, backend, e.InnerException ?? e);
            return true;
        }
        finally
        {
            Observe(task);
        }
    }
}
