namespace RemoteStore.Bench;

/// <summary>Calls from many callers at once.</summary>
internal static class Callers
{
    /// <summary>Shares out calls among callers; each makes one after the other. Every call is reported its number and its caller.</summary>
    internal static void Run(int callers, int count, Func<int, int, ValueTask> call) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(c => Task.Run(() => LoopAsync(c, callers, count, call)))).Wait();

    private static async Task LoopAsync(int caller, int callers, int count, Func<int, int, ValueTask> call)
    {
        for (var i = caller; i < count; i += callers)
            await call(i, caller);
    }
}
