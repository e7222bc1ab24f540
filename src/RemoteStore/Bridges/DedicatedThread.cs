namespace RemoteStore;

/// <summary>Starts the bridges' own background threads and counts the live ones.</summary>
internal static class DedicatedThread
{
    private static int s_alive;

    /// <summary>The number of live threads of all bridges in this process.</summary>
    internal static int Alive => Volatile.Read(ref s_alive);

    /// <summary>Starts a background thread. The caller's ambient context does not flow to it.</summary>
    internal static Thread Start(string name, Action body)
    {
        var thread = new Thread(() => Run(body)) { IsBackground = true, Name = name };
        thread.UnsafeStart();
        return thread;
    }

    private static void Run(Action body)
    {
        Interlocked.Increment(ref s_alive);
        try
        {
            body();
        }
        finally
        {
            Interlocked.Decrement(ref s_alive);
        }
    }
}
