namespace RemoteStore.Cluster.Tests;

/// <summary>Holds every look and every write until it is reported to let go.</summary>
internal sealed class HangingBackend(AsyncBackend inner) : DelegatingBackend(inner)
{
    /// <summary>A path whose calls do not hang.</summary>
    internal const string Spared = "another";

    /// <summary>A path whose readings hang too.</summary>
    internal const string Read = "read";

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _entered = new(0);
    private int _writes;

    /// <summary>How often a file was asked to be written.</summary>
    internal int Writes => Volatile.Read(ref _writes);

    internal void Release() => _released.TrySetResult();

    internal async Task EnteredAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _entered.WaitAsync(TestContext.Current.CancellationToken);
    }

    public override async ValueTask<EntryKind> GetKindAsync(string key, CancellationToken cancellationToken = default)
    {
        await HangAsync(key);
        return await base.GetKindAsync(key, cancellationToken);
    }

    public override async ValueTask<RemoteReadStream> ReadAsync(
        string key,
        ReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        if (key == Read)
            await HangAsync(key);
        return await base.ReadAsync(key, options, cancellationToken);
    }

    public override async ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default)
    {
        await HangAsync(key);
        return await base.GetFileInfoAsync(key, cancellationToken);
    }

    public override async ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref _writes);
        await HangAsync(key);
        return await base.WriteAsync(key, content, options, cancellationToken);
    }

    private async Task HangAsync(string key)
    {
        if (key == Spared)
            return;
        _entered.Release();
        await _released.Task;
    }
}
