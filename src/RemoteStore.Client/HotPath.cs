using System.Diagnostics.CodeAnalysis;
using RemoteStore.Grains;
using RemoteStore.Ownership;

namespace RemoteStore.Client;

/// <summary>A frequently read path: the snapshot cached in this process, and the readers in the silos that confirm it.</summary>
internal sealed class HotPath : IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(3);
    private readonly string _store;
    private readonly string _key;
    private readonly TimeProvider _clock;
    private readonly IReaderGrain[] _readers;
    private readonly PathReader _reader;
    private long _since;

    /// <exception cref="ArgumentException">The cluster, as known to this process, has no readers.</exception>
    internal HotPath(IGrainFactory grains, string store, string key, PathOwnerOptions options, TimeProvider clock)
    {
        (_store, _key, _clock, _since) = (store, key, clock, clock.GetTimestamp());
        _readers = [.. Enumerable.Range(0, GrainKeys.Readers).Select(i => grains.GetGrain<IReaderGrain>(GrainKeys.Reader(i, store, key)))];
        _reader = new PathReader(key, store, AskAsync, options, int.MaxValue);
    }

    /// <summary>Whether the cluster reported the path as hot within the last seconds.</summary>
    internal bool IsHot => _clock.GetElapsedTime(Volatile.Read(ref _since)) < Age;

    internal Task<PathSnapshot> CurrentAsync() => _reader.CurrentAsync()!;

    public void Dispose() => _reader.Dispose();

    [SuppressMessage("Security", "CA5394", Justification = "Spreads calls, nothing secret.")]
    private async Task<PathSnapshot?> AskAsync(string? known, int reads)
    {
        try
        {
            var reader = _readers[Random.Shared.Next(_readers.Length)];
            var reply = await reader
                .Read(new ReadRequest { IfNoneMatch = known, Reads = reads }, CancellationToken.None)
                .ConfigureAwait(false);
            if (reply.IsHot)
                Volatile.Write(ref _since, _clock.GetTimestamp());
            return reply.ToSnapshot(_store, _key);
        }
        catch (Exception e) when (ClusterErrors.Translate(e, _key, _store) is { } typed)
        {
            throw typed;
        }
    }
}
