using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace RemoteStore.Grains;

/// <summary>Places a transfer in the silo that its client is connected to, or in another one when that silo is about to stop.</summary>
internal sealed class TransferPlacement : PlacementStrategy;

/// <summary>Marks the grains that carry transfers.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TransferPlacementAttribute() : PlacementAttribute(new TransferPlacement());

/// <summary>Chooses the silo of a new transfer.</summary>
internal sealed class TransferPlacementDirector(RunningTransfers transfers) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
            return Task.FromResult(hint);
        var local = context.LocalSilo;
        if (!transfers.IsDraining && silos.Contains(local))
            return Task.FromResult(local);
        var others = silos.Where(s => !s.Equals(local)).ToArray();
        return Task.FromResult(others.Length == 0 ? local : others[Random.Shared.Next(others.Length)]);
    }
}
