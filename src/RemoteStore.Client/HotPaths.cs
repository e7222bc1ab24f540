using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The paths of a store that the cluster said many read, for a few seconds each, and their readers. A bounded number.</summary>
internal sealed class HotPaths(IGrainFactory grains, string store, TimeProvider clock)
{
    private const int MaxPaths = 1024;
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<string, HotPath> _paths = new(StringComparer.Ordinal);

    /// <summary>One of a path's readers; null when the path is not known to be hot.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads calls, nothing secret.")]
    internal IReaderGrain? Find(string key)
    {
        if (!_paths.TryGetValue(key, out var path))
            return null;
        if (clock.GetElapsedTime(path.Since) < Age)
            return path.Readers[Random.Shared.Next(path.Readers.Length)];
        Forget(key);
        return null;
    }

    /// <summary>Takes in what a reply said.</summary>
    internal void Learn(string key, ReadReply reply)
    {
        if (!reply.IsHot)
            return;
        if (_paths.TryGetValue(key, out var path))
            path.Since = clock.GetTimestamp();
        else if (_paths.Count < MaxPaths || DropOld())
            Add(key);
    }

    internal void Forget(string key) => _paths.TryRemove(key, out _);

    private void Add(string key)
    {
        try
        {
            _paths[key] = new HotPath([.. Enumerable.Range(0, GrainKeys.Readers).Select(i => grains.GetGrain<IReaderGrain>(GrainKeys.Reader(i, store, key)))])
            {
                Since = clock.GetTimestamp(),
            };
        }
        catch (ArgumentException)
        {
            // While silos are upgraded: this process has not heard yet that there are such grains.
        }
    }

    private bool DropOld()
    {
        foreach (var (key, path) in _paths)
        {
            if (clock.GetElapsedTime(path.Since) >= Age)
                Forget(key);
        }

        return _paths.Count < MaxPaths;
    }

    private sealed class HotPath(IReaderGrain[] readers)
    {
        private long _since;

        internal IReaderGrain[] Readers => readers;

        internal long Since
        {
            get => Volatile.Read(ref _since);
            set => Volatile.Write(ref _since, value);
        }
    }
}
