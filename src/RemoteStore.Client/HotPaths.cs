using System.Collections.Concurrent;
using RemoteStore.Grains;
using RemoteStore.Ownership;

namespace RemoteStore.Client;

/// <summary>
/// The paths of a store that the cluster reported as hot, each for a few seconds after the last report. Bounded in number and in memory.
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
    /// Reads a hot path, sharing one call among all concurrent readers of this process. Null when the path is not hot,
    /// the file is too large, or its readers do not answer: then the owner must be asked.
    /// </summary>
    internal ValueTask<RemoteReadStream?> ReadAsync(string key, ReadOptions options, CancellationToken cancellationToken) =>
        _paths.TryGetValue(key, out var path) ? ReadAsync(path, key, options, cancellationToken) : default;

    /// <summary>Records what the owner of the path reported.</summary>
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
            // During an upgrade of the silos: this process does not know of reader grains yet.
        }
    }

    private void Forget(string key)
    {
        if (_paths.TryRemove(key, out var path))
            path.Dispose();
    }
}
