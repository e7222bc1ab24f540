using System.Runtime.ExceptionServices;

namespace RemoteStore;

/// <summary>Work of many parts that continues with the others when one fails, and at the end throws the first failure.</summary>
/// <param name="endsAll">Whether a failure makes all other parts pointless; a cancellation always ends all.</param>
internal sealed class DeferredFailure(Func<Exception, bool> endsAll)
{
    private ExceptionDispatchInfo? _first;

    /// <summary>Runs one part.</summary>
    /// <returns>Its result; the default when it failed.</returns>
    internal async ValueTask<T?> TryAsync<T>(Func<ValueTask<T>> part)
    {
        try
        {
            return await part().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && !endsAll(e))
        {
            _first ??= ExceptionDispatchInfo.Capture(e);
            return default;
        }
    }

    /// <summary>Runs one part that never waits.</summary>
    /// <returns>Its result; the default when it failed.</returns>
    internal T? Try<T>(Func<T> part) => Completed.Result(TryAsync(() => new ValueTask<T>(part())));

    internal void ThrowIfAny() => _first?.Throw();
}
