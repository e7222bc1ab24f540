namespace RemoteStore.Client;

/// <summary>Opens and reopens the large transfers of one store.</summary>
internal sealed class TransferClient(ClusterCalls calls, TransferSettings settings)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    internal ClusterCalls Calls => calls;

    internal TransferSettings Settings => settings;

    internal ResumeLimit NewResumeLimit() => new(calls.Limits.OperationTimeout, TimeProvider.System);

    /// <summary>Runs a call that carries a chunk when the connection has capacity for it.</summary>
    internal async Task<T> CarryAsync<TArgs, T>(
        string key,
        TArgs args,
        Func<TArgs, CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken
    )
    {
        await settings.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await calls.RunAsync(key, args, call, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            settings.Exit();
        }
    }

    /// <summary>
    /// Whether the transfer may be resumed at another silo after the failure: the silo was lost, froze, or is overloaded.
    /// </summary>
    internal static bool IsResumable(Exception failure) =>
        failure is RemoteStoreException { IsTransient: true, Code: not ErrorCodes.ContentMismatch };

    /// <summary>Waits, longer each time, while a cluster recovers from the loss of a silo.</summary>
    internal static Task PauseAsync(int resumes, Exception failure, CancellationToken cancellationToken)
    {
        var pause = resumes <= 1 ? TimeSpan.Zero : FirstPause * (1 << Math.Min(resumes, 10));
        if ((failure as RemoteStoreException)?.RetryAfter is { } asked && asked > pause)
            pause = asked;
        return pause == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
    }
}
