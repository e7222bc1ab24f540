namespace RemoteStore.Grains;

/// <summary>How many silos of the cluster are active, as this one knows.</summary>
internal sealed class ActiveSilos(IClusterMembershipService membership)
{
    private Known _known = new(null, 1);

    internal bool AreSeveral => Count > 1;

    /// <summary>At least 1.</summary>
    internal int Count
    {
        get
        {
            var (snapshot, known) = (membership.CurrentSnapshot, _known);
            if (!ReferenceEquals(snapshot, known.Snapshot))
                _known = known = new Known(snapshot, Math.Max(1, snapshot.Members.Values.Count(m => m.Status == SiloStatus.Active)));
            return known.Count;
        }
    }

    private sealed record Known(ClusterMembershipSnapshot? Snapshot, int Count);
}
