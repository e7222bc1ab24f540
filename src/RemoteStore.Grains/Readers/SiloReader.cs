using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>The state shared by all readers of a path in one silo.</summary>
internal sealed class SiloReader
{
    internal SiloReader(SiloStore store, string key, IPathGrain owner, int limit)
    {
        (Store, Key, Owner) = (store, key, owner);
        Path = new PathReader(key, store.Backend.Name, AskAsync, store.OwnerOptions, limit);
    }

    internal SiloStore Store { get; }

    internal string Key { get; }

    internal IPathGrain Owner { get; }

    internal PathReader Path { get; }

    /// <summary>The number of readers that use it; guarded by the lock of <see cref="SiloReaders"/>.</summary>
    internal int Users { get; set; }

    internal ReadOptions Checked(ReadRequest request) =>
        OptionChecks.Read(request.ToOptions(), Store.Backend.Capabilities, Key, Store.Backend.Name);

    /// <summary>Whether equal versions mean equal bytes. With external writers they may not.</summary>
    internal bool IsConfirmed(PathSnapshot snapshot, string? known) =>
        known is not null && snapshot.Info?.ETag == known && !Store.Options.ExternalWriters;

    private async Task<PathSnapshot?> AskAsync(string? known, int reads)
    {
        try
        {
            // The answer is shared by all waiting calls, and each of them was authorized before.
            Callers.ActAsSilo();
            var request = new ReadRequest { IfNoneMatch = known, Reads = reads };
            return (await Owner.Read(request, CancellationToken.None).ConfigureAwait(false)).ToSnapshot(Store.Backend.Name, Key);
        }
        catch (Exception e) when (ClusterErrors.Translate(e, Key, Store.Backend.Name) is { } typed)
        {
            throw typed;
        }
    }
}
