using Orleans.Configuration;

namespace RemoteStore.Silo;

/// <summary>
/// How fast an unresponsive silo is replaced: its paths are writable again within about 10 s of a crash and 20 s of a
/// freeze. With Orleans' defaults, a freeze takes a minute, because a probe may take up to 20 s.
/// </summary>
internal static class SiloMembership
{
    internal static void Tune(ClusterMembershipOptions options)
    {
        // A healthy silo responds within milliseconds; garbage collections and a busy processor add some hundreds.
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MinProbeTimeout = TimeSpan.FromSeconds(2);
        // Multiplied by the number of missed probes, this is also how long a silo counts as alive after its last message.
        options.MaxProbeTimeout = TimeSpan.FromSeconds(3);
        options.NumMissedProbesLimit = 3;
        // One silo with a faulty network must not evict the others. If only one silo is left to vote, one vote is enough.
        options.NumVotesForDeathDeclaration = 2;
        // For changes of which no silo was notified. A repaired network is detected as fast.
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
    }
}
