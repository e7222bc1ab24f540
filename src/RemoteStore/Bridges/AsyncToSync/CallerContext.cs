namespace RemoteStore;

/// <summary>From where a synchronous call may be made, and which context is current while it starts.</summary>
internal static class CallerContext
{
    internal const string Refusal =
        "A synchronous call would block a thread that runs asynchronous work (it has a SynchronizationContext or a TaskScheduler of "
        + "its own, "
        + "or belongs to the adapter). Use AsyncStore there, or call from an ordinary thread.";

    /// <summary>Throws on a thread that must not block, because that could stop the very work it waits for.</summary>
    internal static void ThrowIfAsynchronous()
    {
        if (IsAsynchronous())
            throw new InvalidOperationException(Refusal);
    }

    internal static bool IsAsynchronous() =>
        (SynchronizationContext.Current is { } context && context.GetType() != typeof(SynchronizationContext))
        || TaskScheduler.Current != TaskScheduler.Default
        || PrivateLoop.IsAnyLoop;

    /// <summary>Makes a context current until the result is disposed.</summary>
    internal static Scope Enter(SynchronizationContext? context)
    {
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        return new Scope(previous);
    }

    internal readonly struct Scope(SynchronizationContext? previous) : IDisposable
    {
        public void Dispose() => SynchronizationContext.SetSynchronizationContext(previous);
    }
}
