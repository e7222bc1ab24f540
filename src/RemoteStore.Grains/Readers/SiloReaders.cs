using Microsoft.Extensions.Options;

namespace RemoteStore.Grains;

/// <summary>
/// One reader per path for the whole silo, however many grains use it, so that each silo has at most one call to the
/// path's owner in flight.
/// </summary>
internal sealed class SiloReaders(ISiloStores stores, PathGrains owners, IOptions<SiloLimits> limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SiloReader> _readers = new(StringComparer.Ordinal);

    /// <summary>Takes the reader of a path; <see cref="Return"/> releases it.</summary>
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
