namespace RemoteStore.Grains;

/// <summary>What all readers of a path in one silo share.</summary>
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

    /// <summary>How many have it; in the lock of <see cref="SiloReaders"/>.</summary>
    internal int Users { get; set; }

    internal ReadOptions Checked(ReadRequest request) => Gates.Read(request.ToOptions(), Store.Backend.Capabilities, Key, Store.Backend.Name);

    private async Task<PathSnapshot?> AskAsync(string? known)
    {
        try
        {
            var reply = await Owner.Read(new ReadRequest { IfNoneMatch = known }, CancellationToken.None).ConfigureAwait(false);
            using var content = reply.Content;
            return reply.IsUnchanged ? null : new PathSnapshot(Store.Backend.Name, reply.File.ToInfo(Key), content?.Memory.ToArray());
        }
        catch (Exception e) when (ClusterErrors.Translate(e, Key, Store.Backend.Name) is { } typed)
        {
            throw typed;
        }
    }
}
