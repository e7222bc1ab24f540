using System.Runtime.InteropServices;

namespace RemoteStore;

/// <summary>
/// The operations of one path that run, and the answers of the last ones. A repeated call joins the running one or gets the first answer.
/// What was refused before it was executed, or has an unknown outcome, is no answer and is not kept.
/// </summary>
internal sealed class PathAnswers(TimeProvider clock)
{
    private const int Limit = 256;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Answer> _kept = [];
    private readonly Queue<Answer> _inOrder = new();

    internal async ValueTask<T> OnceAsync<TArgs, T>(
        PathOperation? operation, TArgs args, Func<TArgs, CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken)
    {
        if (operation is null)
            return await run(args, cancellationToken).ConfigureAwait(false);
        var (answer, isFirst) = Enter(operation);
        if (!isFirst)
            return (T)await GetAsync(answer, cancellationToken).ConfigureAwait(false);
        try
        {
            var result = await run(args, cancellationToken).ConfigureAwait(false);
            Set(answer, result, null);
            return result;
        }
        catch (Exception e)
        {
            if (!Answers.IsAnswer(e))
                Forget(answer);
            Set(answer, null, e);
            throw;
        }
    }

    private (Answer Answer, bool IsFirst) Enter(PathOperation operation)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(_kept, operation.Id, out _);
            if (kept is { } known && !known.IsOver(now))
                return (known, false);
            if (kept is not null)
                kept.IsDropped = true;
            var end = operation.End + Repeats.ClockBound;
            var answer = kept = new Answer(operation.Id, end < now + Repeats.Longest ? end : now + Repeats.Longest);
            _inOrder.Enqueue(answer);
            DropOldest(now);
            return (answer, true);
        }
    }

    /// <summary>Drops what is over, and what is too many. What still runs stays, behind the others.</summary>
    private void DropOldest(DateTimeOffset now)
    {
        for (var left = _inOrder.Count; left > 0; left--)
        {
            var oldest = _inOrder.Peek();
            if (!oldest.IsDropped && !oldest.IsOver(now) && _kept.Count <= Limit)
                return;
            _ = _inOrder.Dequeue();
            if (!oldest.IsDropped && !oldest.IsSet)
                _inOrder.Enqueue(oldest);
            else
                Drop(oldest);
        }
    }

    private void Forget(Answer answer)
    {
        lock (_lock)
            Drop(answer);
    }

    private void Drop(Answer answer)
    {
        if (answer.IsDropped)
            return;
        answer.IsDropped = true;
        _kept.Remove(answer.Id);
    }

    private void Set(Answer answer, object? result, Exception? error)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
            waiting = answer.Set(result, error);
        waiting?.SetResult();
    }

    private async ValueTask<object> GetAsync(Answer answer, CancellationToken cancellationToken)
    {
        Task set;
        lock (_lock)
            set = answer.WhenSet;
        await set.WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.Result;
    }

    /// <summary>Small, since many are kept: what a joining call waits for is made when one comes. Used under the lock.</summary>
    private sealed class Answer(Guid id, DateTimeOffset until)
    {
        private object? _result;
        private Exception? _error;
        private TaskCompletionSource? _waiting;

        internal Guid Id => id;

        internal bool IsSet { get; private set; }

        /// <summary>Whether it is no more among those that are kept.</summary>
        internal bool IsDropped { get; set; }

        internal Task WhenSet => IsSet ? Task.CompletedTask : (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        /// <summary>Also without the lock, once it is set.</summary>
        internal object Result => _error switch
        {
            null => _result!,
            RemoteStoreException typed => throw typed.WithPath(typed.Path),
            _ => throw new BackendUnavailableException("An earlier try of the call was given up; its outcome is not known.", inner: _error),
        };

        internal bool IsOver(DateTimeOffset now) => IsSet && until <= now;

        internal TaskCompletionSource? Set(object? result, Exception? error)
        {
            (_result, _error, IsSet) = (result, error, true);
            return _waiting;
        }
    }
}
