using Microsoft.Extensions.Options;

namespace RemoteStore.Grains;

/// <summary>
/// Tracks each client's share of the silo's transfers and of the bytes held by calls, so that one client cannot
/// exclude the others. Guarded by the lock of <see cref="RunningTransfers"/>.
/// </summary>
internal sealed class ClientShares(IOptions<SiloLimits> limits)
{
    private readonly Dictionary<GrainId, (int Count, long Bytes)> _clients = [];

    private long MaxCount => Math.Max(1, (long)limits.Value.MaxTransfers * limits.Value.ClientSharePercent / 100);

    private long MaxBytes => (long)((Int128)limits.Value.MaxTransferBytes * limits.Value.ClientSharePercent / 100);

    /// <summary>A client with nothing open is never refused, however small its share.</summary>
    internal void ThrowIfFull(GrainId? client, long bytes)
    {
        if (client is not { } id || !_clients.TryGetValue(id, out var used))
            return;
        if (used.Count >= MaxCount)
            throw Refusals.Full($"The client already has {used.Count} transfers open, its whole share of the silo.");
        ThrowIfFull(used.Bytes, bytes);
    }

    /// <summary>The same check for a call, which holds bytes but counts as no transfer.</summary>
    internal void ThrowIfHeld(GrainId? client, long bytes)
    {
        if (client is { } id && _clients.TryGetValue(id, out var used))
            ThrowIfFull(used.Bytes, bytes);
    }

    internal void Add(GrainId? client, long bytes, int count)
    {
        if (client is not { } id)
            return;
        var used = _clients.GetValueOrDefault(id);
        if (used.Count + count == 0 && used.Bytes + bytes == 0)
            _clients.Remove(id);
        else
            _clients[id] = (used.Count + count, used.Bytes + bytes);
    }

    private void ThrowIfFull(long held, long bytes)
    {
        if (held + bytes > MaxBytes)
            throw Refusals.Full($"The transfers and calls of the client already hold {held} bytes, its whole share of the silo.");
    }
}
