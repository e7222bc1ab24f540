namespace RemoteStore.Grains;

/// <summary>The reasons for which a silo ends transfers itself.</summary>
internal static class TransferEnds
{
    internal static readonly DeactivationReason TooSlow = new(
        DeactivationReasonCode.ApplicationRequested,
        "The silo is full and the transfer was too slow."
    );
}
