using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>
/// One thread that runs the continuations that asynchronous code posts to its captured context. The thread starts with the first work item
/// and exits after an idle time, so an adapter that is never closed holds no thread indefinitely.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "No native resources are held, and calls that end after the close still use it.")]
internal sealed class PrivateLoop(string name, ILogger? logger) : SynchronizationContext
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    [ThreadStatic]
    private static bool s_isLoop;

    private readonly Lock _lock = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();
    private readonly SemaphoreSlim _signal = new(0);
    private Thread? _thread;
    private bool _stopped;

    /// <summary>Whether the current thread is the private loop of any adapter.</summary>
    internal static bool IsAnyLoop => s_isLoop;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            if (!_stopped)
            {
                _work.Enqueue((d, state));
                _thread ??= DedicatedThread.Start($"{name} loop", Run);
                _signal.Release();
                return;
            }
        }

        // Work that ends after the close needs a thread too.
        ThreadPool.UnsafeQueueUserWorkItem(static s => s.d(s.state), (d, state), preferLocal: false);
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("The private loop does not support synchronous work.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts asynchronous work on the loop.</summary>
    /// <returns>A task that completes with the work.</returns>
    internal Task RunAsync(Func<Task> work)
    {
        var started = new TaskCompletionSource<Task>();
        Post(
            _ =>
            {
                try
                {
                    started.SetResult(work());
                }
                catch (Exception e)
                {
                    started.SetException(e);
                }
            },
            null
        );
        return started.Task.Unwrap();
    }

    /// <summary>Stops the thread after the queued work.</summary>
    /// <returns>Whether it stopped in time.</returns>
    internal bool Stop(TimeSpan timeout)
    {
        Thread? thread;
        lock (_lock)
        {
            _stopped = true;
            thread = _thread;
            _signal.Release();
        }

        return thread is null || thread.Join(timeout);
    }

    private void Run()
    {
        s_isLoop = true;
        SetSynchronizationContext(this);
        while (true)
        {
            var signalled = _signal.Wait(s_idle);
            (SendOrPostCallback Callback, object? State) work;
            lock (_lock)
            {
                if (!_work.TryDequeue(out work))
                {
                    if (signalled && !_stopped)
                        continue;
                    _thread = null;
                    return;
                }
            }

            Invoke(work.Callback, work.State);
        }
    }

    private void Invoke(SendOrPostCallback callback, object? state)
    {
        try
        {
            callback(state);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (logger is not null)
                BridgeLog.PostedWorkFailed(logger, name, e);
        }
    }
}
