namespace RemoteStore.Grains;

/// <summary>Why a silo ends transfers by itself.</summary>
internal static class TransferEnds
{
    internal static readonly DeactivationReason TooSlow = new(
        DeactivationReasonCode.ApplicationRequested,
        "The silo is full and the transfer was too slow."
    );
}
