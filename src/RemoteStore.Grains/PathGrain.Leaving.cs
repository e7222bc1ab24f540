namespace RemoteStore.Grains;

/// <summary>
/// When the grain may leave the memory: not before repeats of its operations can no longer come, unless the memory is short.
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
        // A hold has no running call here. Its end is a release, which waits for the next owner now, or its deadline.
        await owner.WhenFreeAsync(cancellationToken);
        if (owner.LeavesEarly)
            leaves.Add();
    }

    /// <summary>An idle owner stays for as long as repeats can come; the collection's age covers callers with the default limit.</summary>
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
