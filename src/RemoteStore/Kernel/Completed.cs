namespace RemoteStore;

/// <summary>
/// Unwraps the tasks of code that never waits: the sync APIs run the async kernel over sync drivers and take the completed result.
/// </summary>
internal static class Completed
{
    internal static T Result<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw StillRunning();

    internal static void Wait(ValueTask task)
    {
        if (!task.IsCompleted)
            throw StillRunning();
        task.GetAwaiter().GetResult();
    }

    internal static IEnumerable<T> Enumerate<T>(IAsyncEnumerable<T> source)
    {
        var enumerator = source.GetAsyncEnumerator();
        try
        {
            while (Result(enumerator.MoveNextAsync()))
                yield return enumerator.Current;
        }
        finally
        {
            Wait(enumerator.DisposeAsync());
        }
    }

    private static InvalidOperationException StillRunning() =>
        new("A driver behind DriverBackend must complete every call before it returns. Use AsyncDriverBackend for this driver.");
}
