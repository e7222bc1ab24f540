using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Ownership;

/// <summary>
/// Sends one request for many callers (single flight). Each caller gets the response to a request that was sent after the caller arrived:
/// at most one is in flight, and callers that arrive in the meantime share the next one. Safe for any number of callers.
/// </summary>
/// <param name="ask">Sends the request for a number of callers. It must not throw: a failure is a response.</param>
/// <param name="limit">The maximum number of callers that share one request.</param>
internal sealed class RequestCoalescer<T>(Func<int, Task<T>> ask, int limit)
{
    private readonly Lock _lock = new();
    private Round? _next;
    private bool _isAsking;

    /// <summary>Joins the next request.</summary>
    /// <param name="answer">The response.</param>
    /// <returns>False if too many callers wait for it already.</returns>
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

        // Not on the caller's thread or turn, which the request would outlive, nor with the caller's execution context.
        if (mustStart)
            ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.AskAsync(), this, preferLocal: false);
        return true;
    }

    private async Task AskAsync()
    {
        while (Begin() is { } round)
            round.SetResult(await ask(round.Waiting).ConfigureAwait(false));
    }

    /// <summary>From here on no caller can join this round.</summary>
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
