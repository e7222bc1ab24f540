using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace RemoteStore.Grains;

/// <summary>
/// Runs calls that arrive in any order in the order of their numbers, one at a time. The first failure or cancellation
/// breaks it permanently. For a single scheduler only (a grain's).
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has neither a timer nor a handle, and late calls still need it.")]
internal sealed class SequencedExecutor
{
    private readonly Dictionary<long, TaskCompletionSource> _waiting = [];
    private readonly CancellationTokenSource _closed = new();
    private TaskCompletionSource? _running;
    private Exception? _broken;
    private long _next;

    /// <summary>How many numbers may be in flight at once. Calls further ahead are refused, which bounds their bytes.</summary>
    internal int Window { get; set; } = TransferDefaults.Window;

    /// <summary>Cancelled when it is closed together with the running call.</summary>
    internal CancellationToken Closed => _closed.Token;

    internal async ValueTask<T> RunAsync<T>(long sequence, Func<CancellationToken, ValueTask<T>> step, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, cancellationToken);
        try
        {
            await EnterAsync(sequence, either.Token);
            return await RunInTurnAsync(step, either.Token);
        }
        catch (Exception e)
        {
            Break(e);
            throw _closed.IsCancellationRequested && !cancellationToken.IsCancellationRequested ? Ended() : e;
        }
    }

    /// <summary>Waits until nothing runs.</summary>
    /// <returns>The number of completed calls, all successful; the first failure is thrown.</returns>
    internal async ValueTask<long> RecoverAsync(CancellationToken cancellationToken)
    {
        while (_running is { } running)
            await running.Task.WaitAsync(cancellationToken);
        if (_broken is not null)
            ExceptionDispatchInfo.Throw(_broken);
        return _next;
    }

    /// <summary>Refuses all calls from now on, cancels the running one on request, and waits until it has ended.</summary>
    internal async ValueTask CloseAsync(bool cancel = true)
    {
        Break(Ended());
        if (cancel)
            await _closed.CancelAsync();
        if (_running is { } running)
            await running.Task;
    }

    internal static BackendUnavailableException Ended() =>
        new("The transfer does not exist: it has ended, or its silo was lost.") { Code = ErrorCodes.TransferEnded };

    private async ValueTask EnterAsync(long sequence, CancellationToken cancellationToken)
    {
        if (_broken is not null)
            throw Ended();
        if (sequence == _next && _running is null)
            return;
        if (sequence < _next || sequence >= _next + Window || _waiting.ContainsKey(sequence))
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence, "The chunk was already requested, or is too far ahead.");
        var turn = _waiting[sequence] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await turn.Task.WaitAsync(cancellationToken);
        if (_broken is not null)
            throw Ended();
    }

    private async ValueTask<T> RunInTurnAsync<T>(Func<CancellationToken, ValueTask<T>> step, CancellationToken cancellationToken)
    {
        var running = _running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var result = await step(cancellationToken);
            _next++;
            return result;
        }
        finally
        {
            _running = null;
            running.SetResult();
            if (_broken is null && _waiting.Remove(_next, out var turn))
                turn.SetResult();
        }
    }

    private void Break(Exception e)
    {
        if (_broken is not null)
            return;
        _broken = e;
        foreach (var waiting in _waiting.Values)
            waiting.TrySetResult();
        _waiting.Clear();
    }
}
