using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// The last health of every store's backend. Concurrent requests, and requests within a second, share one check, so
/// that they do not load the backends. Thread-safe.
/// </summary>
internal sealed class StoreStates(StoreRegistry registry, ISiloStores stores, TimeProvider clock)
{
    private const string Ok = "ok";
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private Task<Dictionary<string, object>>? _asked;
    private long _at;

    /// <summary>Whether the store is usable.</summary>
    internal static bool IsOk(object state) => state is string text && text.StartsWith(Ok, StringComparison.Ordinal);

    /// <summary>
    /// By store: <c>ok</c>, followed in brackets by a limitation of its backend if there is one, the kind of the error, or <c>Unfenced</c>.
    /// </summary>
    internal Task<Dictionary<string, object>> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_asked is null || (_asked.IsCompleted && clock.GetElapsedTime(_at) >= Age))
                _asked = AskAsync();
            return _asked.WaitAsync(cancellationToken);
        }
    }

    private async Task<Dictionary<string, object>> AskAsync()
    {
        // Not within the lock, which the first caller holds.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var answers = await registry.CheckHealthAsync(TimeSpan.FromSeconds(HealthPaths.StoreSeconds)).ConfigureAwait(false);
            return answers.ToDictionary(a => a.Store, object (a) => StateOf(a), StringComparer.Ordinal);
        }
        finally
        {
            Volatile.Write(ref _at, clock.GetTimestamp());
        }
    }

    private string StateOf(StoreHealth answer) =>
        answer.Error switch
        {
            null => stores.TryGet(answer.Store, out var store) && store.RefusesChanges ? nameof(SiloStoreSettings.Unfenced)
            : answer.Detail is { } detail ? $"{Ok} ({detail})"
            : Ok,
            RemoteStoreException known => known.Kind.ToString(),
            var error => error.GetType().Name,
        };
}
