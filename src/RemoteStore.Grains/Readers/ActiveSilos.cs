namespace RemoteStore.Grains;

/// <summary>How many silos of the cluster are active, as this one knew a second ago at the most.</summary>
internal sealed class ActiveSilos(IClusterMembershipService membership, TimeProvider clock)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private Known _known = new(0, 0);

    internal bool AreSeveral => Count > 1;

    /// <summary>At least 1.</summary>
    internal int Count
    {
        get
        {
            var known = _known;
            if (known.Count == 0 || clock.GetElapsedTime(known.At) >= Age)
                _known = known = new Known(Math.Max(1, membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active)), clock.GetTimestamp());
            return known.Count;
        }
    }

    private sealed record Known(int Count, long At);
}
