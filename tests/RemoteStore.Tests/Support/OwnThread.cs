namespace RemoteStore.Tests;

/// <summary>Runs sync code on a thread of its own: tests run on pool threads, under a context of the test framework's.</summary>
internal static class OwnThread
{
    internal static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    /// <summary>Runs the code; what it throws arrives here. Hanging fails the test.</summary>
    internal static void Run(Action body) => Start(body).WaitAsync(Watchdog, CancellationToken.None).GetAwaiter().GetResult();

    internal static T Run<T>(Func<T> body) => Start(body).WaitAsync(Watchdog, CancellationToken.None).GetAwaiter().GetResult();

    internal static Task Start(Action body) =>
        Start(() =>
        {
            body();
            return true;
        });

    internal static Task<T> Start<T>(Func<T> body)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                completion.SetResult(body());
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        })
        {
            IsBackground = true,
        }.Start();
        return completion.Task;
    }
}
