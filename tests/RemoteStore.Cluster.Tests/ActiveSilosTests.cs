using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

public sealed class ActiveSilosTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Members _members = new();

    [Fact]
    public void A_loss_unsettles_for_five_seconds()
    {
        var silos = new ActiveSilos(_members, _clock);
        _members.Become(SiloStatus.Active, SiloStatus.Active, SiloStatus.Dead);
        Assert.True(silos.AreSettled);

        _members.Become(SiloStatus.Active, SiloStatus.Dead, SiloStatus.Dead);
        Assert.False(silos.AreSettled);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(silos.AreSettled);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(silos.AreSettled);
    }

    [Fact]
    public void A_silo_that_joins_or_is_about_to_leave_unsettles_nothing()
    {
        var silos = new ActiveSilos(_members, _clock);
        foreach (var other in new[] { SiloStatus.Joining, SiloStatus.Active, SiloStatus.ShuttingDown })
        {
            _members.Become(SiloStatus.Active, other);
            Assert.True(silos.AreSettled);
        }
    }

    private sealed class Members : IClusterMembershipService
    {
        public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } = new([], new MembershipVersion(0));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();

        internal void Become(params SiloStatus[] statuses)
        {
            var members = statuses.Select((s, i) => new ClusterMember(SiloAddress.New(IPAddress.Loopback, i + 1, 1), s, $"{i}"));
            CurrentSnapshot = new(
                members.ToImmutableDictionary(m => m.SiloAddress),
                new MembershipVersion(CurrentSnapshot.Version.Value + 1)
            );
        }
    }
}
