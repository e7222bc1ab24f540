using Microsoft.Extensions.Options;

namespace RemoteStore.Grains;

/// <summary>
/// What each client has of the silo's transfers: one alone must not keep all others out. In the lock of <see cref="RunningTransfers"/>.
/// </summary>
internal sealed class ClientShares(IOptions<SiloLimits> limits)
{
    private readonly Dictionary<GrainId, (int Count, long Bytes)> _clients = [];

    private long MaxCount => Math.Max(1, (long)limits.Value.MaxTransfers * limits.Value.ClientSharePercent / 100);

    private long MaxBytes => limits.Value.MaxTransferBytes / 100 * limits.Value.ClientSharePercent;

    /// <summary>A client that has nothing open is not refused, however small its share is.</summary>
    internal void ThrowIfFull(GrainId? client, long bytes)
    {
        if (client is not { } id || !_clients.TryGetValue(id, out var used))
            return;
        if (used.Count >= MaxCount || used.Bytes + bytes > MaxBytes)
            throw Refusals.Full($"The client has {used.Count} transfers of {used.Bytes} bytes open, which is its share of the silo.");
    }

    internal void Add(GrainId? client, long bytes, int count)
    {
        if (client is not { } id)
            return;
        var used = _clients.GetValueOrDefault(id);
        if (used.Count + count == 0)
            _clients.Remove(id);
        else
            _clients[id] = (used.Count + count, used.Bytes + bytes);
    }
}
