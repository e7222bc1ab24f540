namespace RemoteStore.Ownership;

/// <summary>
/// The running operations of one path, and the results of the last ones. A retried call joins the running one or gets the first result. A
/// call that was rejected before execution, or has an unknown outcome, has no result and is not kept.
/// </summary>
internal sealed class IdempotencyCache(TimeProvider clock)
{
    private const int Limit = 256;

    // Most paths see one or two operations in the lifetime of their owner.
    private const int Scanned = 8;
    private readonly Lock _lock = new();
    private Dictionary<Guid, Answer>? _byId;
    private Answer? _oldest;
    private Answer? _newest;
    private int _kept;
    private DateTimeOffset _keptUntil = DateTimeOffset.MinValue;

    /// <summary>The latest time at which a call may be retried whose result is kept here; in the past when there is none.</summary>
    internal DateTimeOffset KeptUntil
    {
        get
        {
            lock (_lock)
                return _keptUntil;
        }
    }

    internal async ValueTask<T> OnceAsync<TArgs, T>(
        PathOperation operation,
        TArgs args,
        Func<TArgs, CancellationToken, ValueTask<T>> run,
        CancellationToken cancellationToken
    )
    {
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
            if (!OutcomeErrors.IsOutcome(e))
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
            if (Find(operation.Id) is { } known)
            {
                if (!known.IsOver(now))
                    return (known, false);
                Drop(known);
            }

            var end = operation.End + LostAttempts.ClockBound;
            var answer = new Answer(operation.Id, end < now + LostAttempts.Longest ? end : now + LostAttempts.Longest);
            Keep(answer);
            DropOldest(now);
            return (answer, true);
        }
    }

    private Answer? Find(Guid id)
    {
        if (_byId is not null)
            return _byId.GetValueOrDefault(id);
        var answer = _oldest;
        while (answer is not null && answer.Id != id)
            answer = answer.Next;
        return answer;
    }

    private void Keep(Answer answer)
    {
        Append(answer);
        _kept++;
        if (answer.Until > _keptUntil)
            _keptUntil = answer.Until;
        if (_byId is not null)
            _byId[answer.Id] = answer;
        else if (_kept > Scanned)
            Index();
    }

    private void Index()
    {
        _byId = [];
        for (var answer = _oldest; answer is not null; answer = answer.Next)
            _byId[answer.Id] = answer;
    }

    private void Append(Answer answer)
    {
        (answer.Previous, answer.Next) = (_newest, null);
        if (_newest is null)
            _oldest = answer;
        else
            _newest.Next = answer;
        _newest = answer;
    }

    private void Unlink(Answer answer)
    {
        if (answer.Previous is null)
            _oldest = answer.Next;
        else
            answer.Previous.Next = answer.Next;
        if (answer.Next is null)
            _newest = answer.Previous;
        else
            answer.Next.Previous = answer.Previous;
    }

    /// <summary>Removes expired and surplus entries. Running operations stay, behind the others.</summary>
    private void DropOldest(DateTimeOffset now)
    {
        for (var left = _kept; left > 0 && _oldest is { } oldest; left--)
        {
            if (!oldest.IsOver(now) && _kept <= Limit)
                return;
            if (oldest.IsSet)
            {
                Drop(oldest);
                continue;
            }

            Unlink(oldest);
            Append(oldest);
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
        Unlink(answer);
        _kept--;
        _byId?.Remove(answer.Id);
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

    /// <summary>Small, because many are kept: the task for joining calls is created on demand. Used under the lock.</summary>
    private sealed class Answer(Guid id, DateTimeOffset until)
    {
        private object? _result;
        private Exception? _error;
        private TaskCompletionSource? _waiting;

        internal Guid Id => id;

        internal DateTimeOffset Until => until;

        internal Answer? Previous { get; set; }

        internal Answer? Next { get; set; }

        internal bool IsSet { get; private set; }

        /// <summary>Whether it is no longer among the kept entries.</summary>
        internal bool IsDropped { get; set; }

        internal Task WhenSet =>
            IsSet ? Task.CompletedTask : (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        /// <summary>Readable without the lock, once it is set.</summary>
        internal object Result =>
            _error switch
            {
                null => _result!,
                RemoteStoreException typed => throw typed.WithPath(typed.Path),
                _ => throw new BackendUnavailableException(
                    "An earlier attempt of the call was abandoned; its outcome is unknown. Read the file before retrying.",
                    inner: _error
                ),
            };

        internal bool IsOver(DateTimeOffset now) => IsSet && until <= now;

        internal TaskCompletionSource? Set(object? result, Exception? error)
        {
            (_result, _error, IsSet) = (result, error, true);
            return _waiting;
        }
    }
}
