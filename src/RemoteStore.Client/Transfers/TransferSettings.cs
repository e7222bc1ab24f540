using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>What all transfers of one connection share: the chunks that may be in flight together, and how their bytes go.</summary>
/// <param name="maxBytes">The bytes in flight.</param>
/// <param name="direct">The way outside the calls; null for none. Stays the caller's.</param>
internal sealed class TransferSettings(long maxBytes, DirectConnections? direct) : IDisposable
{
    /// <summary>64 MiB: 64 transfers at full speed.</summary>
    internal const long DefaultMaxBytes = 64L * 1024 * 1024;

    private readonly SemaphoreSlim _slots = new((int)Math.Clamp(maxBytes / TransferDefaults.ChunkSize, 1, int.MaxValue));

    /// <summary>The connections to the silos' ports for transfers; null when all bytes go by calls.</summary>
    internal DirectConnections? Direct => direct;

    /// <summary>Waits for room on the connection, in the order of arrival: a transfer's chunks never overtake each other.</summary>
    internal Task EnterAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    internal void Exit() => _slots.Release();

    public void Dispose() => _slots.Dispose();
}
