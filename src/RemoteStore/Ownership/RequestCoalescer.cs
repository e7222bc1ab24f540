using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Ownership;

/// <summary>
/// Puts one question for many at once. Everybody gets the answer to a question that was put after he came: at most one is in flight, and
/// those who come in the meantime share the next one. Safe for any number of callers.
/// </summary>
/// <param name="ask">Puts the question for a number of callers. It must not throw: a failure is an answer.</param>
/// <param name="limit">How many may share one question.</param>
internal sealed class RequestCoalescer<T>(Func<int, Task<T>> ask, int limit)
{
    private readonly Lock _lock = new();
    private Round? _next;
    private bool _isAsking;

    /// <summary>Joins the question that is put next.</summary>
    /// <param name="answer">Its answer.</param>
    /// <returns>False if too many wait for it already.</returns>
    internal bool TryJoin([NotNullWhen(true)] out Task<T>? answer)
    {
        var mustStart = false;
        lock (_lock)
        {
            var round = _next ??= new Round();
            answer = round.Waiting < limit ? round.Task : null;
            if (answer is null)
                return false;
            round.Waiting++;
            mustStart = !_isAsking;
            _isAsking = true;
        }

        // Not on the caller's thread or turn, which the question would outlive, nor with what belongs to his call.
        if (mustStart)
            ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.AskAsync(), this, preferLocal: false);
        return true;
    }

    private async Task AskAsync()
    {
        while (Begin() is { } round)
            round.SetResult(await ask(round.Waiting).ConfigureAwait(false));
    }

    /// <summary>From here on nobody joins this round any longer.</summary>
    private Round? Begin()
    {
        lock (_lock)
        {
            var round = _next;
            _next = null;
            _isAsking = round is not null;
            return round;
        }
    }

    private sealed class Round() : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal int Waiting { get; set; }
    }
}
