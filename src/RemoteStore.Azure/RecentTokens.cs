using System.Collections.Concurrent;

namespace RemoteStore.AzureBlobs;

/// <summary>
/// The last tokens that were committed or aborted here: the service cannot delete staged blocks on request, so the driver remembers them.
/// </summary>
internal sealed class RecentTokens
{
    private const int Capacity = 4096;
    private readonly ConcurrentDictionary<string, bool> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    internal bool Contains(string token) => _tokens.ContainsKey(token);

    internal void Add(string token)
    {
        if (!_tokens.TryAdd(token, true))
            return;
        _order.Enqueue(token);
        if (_order.Count > Capacity && _order.TryDequeue(out var oldest))
            _tokens.TryRemove(oldest, out _);
    }
}
