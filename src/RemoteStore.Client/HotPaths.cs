using System.Collections.Concurrent;
using RemoteStore.Grains;
using RemoteStore.Ownership;

namespace RemoteStore.Client;

/// <summary>
/// The paths of a store that the cluster said many read, each for a few seconds after it said so last. A bounded number, with bounded
/// memory.
/// </summary>
internal sealed class HotPaths(IGrainFactory grains, string store, TimeProvider clock)
{
    private const int MaxPaths = 1024;
    private const long MaxBytes = 16 * 1024 * 1024;
    private readonly PathOwnerOptions _options = new()
    {
        CacheLimit = TransferDefaults.MaxInlineLimit,
        Budget = new ContentBudget(MaxBytes),
    };
    private readonly ConcurrentDictionary<string, HotPath> _paths = new(StringComparer.Ordinal);

    /// <summary>
    /// Reads a path that is known to be hot together with all others of this process who read it now. Null when it is not hot, too large,
    /// or its readers do not answer: then its owner is to be asked.
    /// </summary>
    internal ValueTask<RemoteReadStream?> ReadAsync(string key, ReadOptions options, CancellationToken cancellationToken) =>
        _paths.TryGetValue(key, out var path) ? ReadAsync(path, key, options, cancellationToken) : default;

    /// <summary>Takes in what the path's owner said.</summary>
    internal void Learn(string key, ReadReply reply)
    {
        if (!reply.IsHot || _paths.ContainsKey(key))
            return;
        foreach (var (other, path) in _paths)
        {
            if (!path.IsHot)
                Forget(other);
        }

        if (_paths.Count < MaxPaths)
            Add(key);
    }

    private async ValueTask<RemoteReadStream?> ReadAsync(HotPath path, string key, ReadOptions options, CancellationToken cancellationToken)
    {
        if (path.IsHot)
        {
            var snapshot = await path.CurrentAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (snapshot.Failure is not { } failure || !ClusterErrors.IsPassing(failure))
            {
                if (snapshot.Read(options, TransferDefaults.MaxInlineLimit) is { Content: { } content } read)
                    return new PayloadStream(read.Info, Payload.FromUnowned(content));
            }
        }

        Forget(key);
        return null;
    }

    private void Add(string key)
    {
        try
        {
            _paths.TryAdd(key, new HotPath(grains, store, key, _options, clock));
        }
        catch (ArgumentException)
        {
            // While silos are upgraded: this process has not detected yet that there are such grains.
        }
    }

    private void Forget(string key)
    {
        if (_paths.TryRemove(key, out var path))
            path.Dispose();
    }
}
