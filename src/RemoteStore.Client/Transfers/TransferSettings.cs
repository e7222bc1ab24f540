using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>The settings shared by all transfers of one connection: the limit of bytes in flight, and the way the bytes are sent.</summary>
/// <param name="maxBytes">The limit of bytes in flight.</param>
/// <param name="direct">The connections to the transfer ports; null for none. The caller disposes them.</param>
internal sealed class TransferSettings(long maxBytes, DirectConnections? direct) : IDisposable
{
    /// <summary>64 MiB: 64 transfers at full speed.</summary>
    internal const long DefaultMaxBytes = 64L * 1024 * 1024;

    private readonly SemaphoreSlim _slots = new((int)Math.Clamp(maxBytes / TransferDefaults.ChunkSize, 1, int.MaxValue));

    /// <summary>The connections to the silos' transfer ports; null when all bytes are sent by calls.</summary>
    internal DirectConnections? Direct => direct;

    /// <summary>Waits for capacity on the connection, in the order of arrival: chunks of a transfer never overtake each other.</summary>
    internal Task EnterAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    internal void Exit() => _slots.Release();

    public void Dispose() => _slots.Dispose();
}
