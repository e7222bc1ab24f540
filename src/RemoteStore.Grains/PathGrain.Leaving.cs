namespace RemoteStore.Grains;

/// <summary>
/// Determines when the grain may be removed from memory: not while its operations can still be retried, unless memory is short.
/// </summary>
internal sealed partial class PathGrain
{
    private DateTimeOffset _staysUntil;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (
            _owner is not { } owner
            || reason.ReasonCode is not (DeactivationReasonCode.HighMemoryPressure or DeactivationReasonCode.ActivationIdle)
        )
            return;
        // A lease has no running call here. It ends with a release, which now waits for the next owner, or at its deadline.
        await owner.WhenFreeAsync(cancellationToken);
        if (owner.LeavesEarly)
            leaves.Add();
    }

    /// <summary>
    /// Keeps an idle owner while its operations can be retried. The collection age covers callers with the default limit.
    /// </summary>
    private void StayForRepeats()
    {
        if (_owner is not { } owner || owner.ResultsKeptUntil is var end && end <= _staysUntil)
            return;
        var rest = end - clock.GetUtcNow();
        if (rest < OwnerCollection.Age)
            return;
        _staysUntil = end;
        DelayDeactivation(rest);
    }
}
