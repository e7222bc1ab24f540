namespace RemoteStore;

/// <summary>
/// The operations of one path that run, and the answers of the last ones. A repeated call joins the running one or gets the first answer.
/// What was refused before it was executed, or has an unknown outcome, is no answer and is not kept.
/// </summary>
internal sealed class PathAnswers(TimeProvider clock)
{
    private const int Limit = 256;
    private readonly Lock _lock = new();
    private readonly List<Answer> _kept = [];

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
            if (!IsAnswer(e))
                Forget(answer);
            answer.Set(null, e);
            throw;
        }
    }

    private static bool IsAnswer(Exception e) =>
        e is NotFoundException or AlreadyExistsException or PreconditionFailedException or InvalidPathException or DirectoryNotEmptyException;

    private (Answer Answer, bool IsFirst) Enter(PathOperation operation)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            _kept.RemoveAll(a => a.Until <= now && a.IsSet);
            foreach (var known in _kept)
            {
                if (known.Id == operation.Id)
                    return (known, false);
            }

            if (_kept.Count >= Limit && _kept.FindIndex(a => a.IsSet) is >= 0 and var oldest)
                _kept.RemoveAt(oldest);
            var end = operation.End + Repeats.ClockBound;
            var answer = new Answer(operation.Id, end < now + Repeats.Longest ? end : now + Repeats.Longest);
            _kept.Add(answer);
            return (answer, true);
        }
    }

    private void Forget(Answer answer)
    {
        lock (_lock)
            _kept.Remove(answer);
    }

    private sealed class Answer(Guid id, DateTimeOffset until)
    {
        // Never faulted: nobody may come to ask, and nothing must be left unobserved.
        private readonly TaskCompletionSource<(object? Result, Exception? Error)> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Guid Id => id;

        internal DateTimeOffset Until => until;

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
