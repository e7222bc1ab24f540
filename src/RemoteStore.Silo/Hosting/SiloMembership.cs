using Orleans.Configuration;

namespace RemoteStore.Silo;

/// <summary>
/// How fast a silo that does not answer is replaced: its paths can be written again within about 10 s of a crash and 20 s of a freeze.
/// Orleans' own settings take a minute after a freeze, because they leave a probe up to 20 s.
/// </summary>
internal static class SiloMembership
{
    internal static void Tune(ClusterMembershipOptions options)
    {
        // A silo that runs answers within milliseconds; collections and a busy processor cost some hundreds.
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MinProbeTimeout = TimeSpan.FromSeconds(2);
        // Times the limit below it is also how long a silo counts as alive after its last message.
        options.MaxProbeTimeout = TimeSpan.FromSeconds(3);
        options.NumMissedProbesLimit = 3;
        // One silo whose own network is ill must not evict the others; where only one is left to vote, one is enough.
        options.NumVotesForDeathDeclaration = 2;
        // For changes that no silo was informed of; a healed network is noticed that fast too.
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
    }
}
