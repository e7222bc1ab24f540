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
            return (T)await answer.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var result = await run(args, cancellationToken).ConfigureAwait(false);
            answer.Set(result, null);
            return result;
        }
        catch (Exception e)
        {
            if (!Answers.IsAnswer(e))
                Forget(answer);
            answer.Set(null, e);
            throw;
        }
    }

    private (Answer Answer, bool IsFirst) Enter(PathOperation operation)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_kept.TryGetValue(operation.Id, out var known) && !known.IsOver(now))
                return (known, false);
            DropOldest(now);
            var end = operation.End + Repeats.ClockBound;
            var answer = new Answer(operation.Id, end < now + Repeats.Longest ? end : now + Repeats.Longest);
            _inOrder.Enqueue(_kept[operation.Id] = answer);
            return (answer, true);
        }
    }

    /// <summary>Drops what is over, and makes room for one more. What still runs stays, behind the others.</summary>
    private void DropOldest(DateTimeOffset now)
    {
        for (var left = _inOrder.Count; left > 0; left--)
        {
            var oldest = _inOrder.Peek();
            var isOver = oldest.IsOver(now) || (oldest.IsSet && !IsKept(oldest));
            if (!isOver && _kept.Count < Limit)
                return;
            _ = _inOrder.Dequeue();
            if (!oldest.IsSet)
                _inOrder.Enqueue(oldest);
            else if (IsKept(oldest))
                _kept.Remove(oldest.Id);
        }
    }

    private bool IsKept(Answer answer) => _kept.TryGetValue(answer.Id, out var kept) && kept == answer;

    private void Forget(Answer answer)
    {
        lock (_lock)
        {
            if (IsKept(answer))
                _kept.Remove(answer.Id);
        }
    }

    private sealed class Answer(Guid id, DateTimeOffset until)
    {
        // Never faulted: nobody may come to ask, and nothing must be left unobserved.
        private readonly TaskCompletionSource<(object? Result, Exception? Error)> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Guid Id => id;

        internal bool IsOver(DateTimeOffset now) => IsSet && until <= now;

        internal bool IsSet => _outcome.Task.IsCompleted;

        internal void Set(object? result, Exception? error) => _outcome.SetResult((result, error));

        internal async ValueTask<object> GetAsync(CancellationToken cancellationToken)
        {
            var (result, error) = await _outcome.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return error switch
            {
                null => result!,
                RemoteStoreException typed => throw typed.WithPath(typed.Path),
                _ => throw new BackendUnavailableException("An earlier try of the call was given up; its outcome is not known.", inner: error),
            };
        }
    }
}
