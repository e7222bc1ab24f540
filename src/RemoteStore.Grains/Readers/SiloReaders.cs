using Microsoft.Extensions.Options;

namespace RemoteStore.Grains;

/// <summary>
/// One reader per path for the whole silo, however many grains lead to it, so that the path's owner is asked by each silo once at a time.
/// </summary>
internal sealed class SiloReaders(ISiloStores stores, PathGrains owners, IOptions<SiloLimits> limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SiloReader> _readers = new(StringComparer.Ordinal);

    /// <summary>Takes the reader of a path; <see cref="Return"/> gives it back.</summary>
    /// <param name="grainKey">See <see cref="GrainKeys.Reader"/>.</param>
    internal SiloReader Take(string grainKey)
    {
        var (store, key) = GrainKeys.ParseReader(grainKey);
        var path = GrainKeys.Path(store, key);
        lock (_lock)
        {
            if (!_readers.TryGetValue(path, out var reader))
                _readers[path] = reader = new SiloReader(stores.Get(store), key, owners.Get(path), limits.Value.MaxWaitingPerPath);
            reader.Users++;
            return reader;
        }
    }

    internal void Return(SiloReader reader)
    {
        lock (_lock)
        {
            if (--reader.Users > 0)
                return;
            _readers.Remove(GrainKeys.Path(reader.Store.Name, reader.Key));
            reader.Path.Dispose();
        }
    }
}
