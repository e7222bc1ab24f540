namespace RemoteStore.Grains;

/// <summary>Membership as this silo sees it: the number of active silos, at most a second old, and whether one was lost recently.</summary>
internal sealed class ActiveSilos(IClusterMembershipService membership, TimeProvider clock)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private Known _known = new(0, 0);
    private Seen? _seen;

    internal bool AreSeveral => Count > 1;

    /// <summary>At least 1.</summary>
    internal int Count
    {
        get
        {
            var known = _known;
            if (known.Count == 0 || clock.GetElapsedTime(known.At) >= Age)
                _known = known = new Known(
                    Math.Max(1, membership.CurrentSnapshot.Members.Values.Count(m => m.Status == SiloStatus.Active)),
                    clock.GetTimestamp()
                );
            return known.Count;
        }
    }

    /// <summary>
    /// False for some seconds after the loss of a silo. Its part of the directory is lost with it, so for a moment two
    /// silos may have an owner of the same path, and neither may answer from memory.
    /// </summary>
    internal bool AreSettled
    {
        get
        {
            var (seen, now) = (_seen, membership.CurrentSnapshot);
            if (seen is null || seen.Version != now.Version)
                _seen = seen = Look(seen, now);
            return seen.LossAt is not { } at || clock.GetElapsedTime(at) >= Settling;
        }
    }

    private Seen Look(Seen? before, ClusterMembershipSnapshot now)
    {
        var lost = now.Members.Values.Count(m => m.Status == SiloStatus.Dead);
        return new Seen(now.Version, lost, before is not null && lost > before.Lost ? clock.GetTimestamp() : before?.LossAt);
    }

    private sealed record Known(int Count, long At);

    private sealed record Seen(MembershipVersion Version, int Lost, long? LossAt);
}
