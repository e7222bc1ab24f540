namespace RemoteStore.Conformance;

/// <summary>
/// A synchronization context like that of a user interface, except that it runs what is posted on the thread pool and counts it: with a
/// context of one thread a caller that blocks would wait forever for each of these.
/// </summary>
internal sealed class RecordingContext : SynchronizationContext
{
    private int _posts;

    /// <summary>How many continuations were posted.</summary>
    internal int Posts => Volatile.Read(ref _posts);

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        Interlocked.Increment(ref _posts);
        ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    /// <summary>Makes a call on a thread that has a context of this kind.</summary>
    /// <returns>How many continuations the call posted.</returns>
    internal static async Task<int> CountPostsAsync(Func<Task> call)
    {
        var context = new RecordingContext();
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            SetSynchronizationContext(context);
            started.SetResult(Started(call));
        })
        {
            IsBackground = true,
        };
        thread.Start();
        await (await started.Task.ConfigureAwait(false)).ConfigureAwait(false);
        return context.Posts;
    }

    private static Task Started(Func<Task> call)
    {
        try
        {
            return call();
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }
}
