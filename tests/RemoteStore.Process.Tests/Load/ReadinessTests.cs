using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using RemoteStore.Grains;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>What a silo answers to readiness when some or all of its stores cannot be used, and how often it asks them.</summary>
public sealed class ReadinessTests
{
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true, HealthStatus.Healthy)]
    [InlineData(true, false, HealthStatus.Degraded)]
    [InlineData(false, false, HealthStatus.Unhealthy)]
    public async Task A_silo_is_ready_with_one_store_that_can_be_used(bool first, bool second, HealthStatus status)
    {
        await using var services = Services(new Probes { ["a"] = first, ["b"] = second });
        var result = await new StoresHealthCheck(States(services)).CheckHealthAsync(new HealthCheckContext(), Token);
        Assert.Equal(
            (status, first ? "ok" : "BackendUnavailable", second ? "ok" : "BackendUnavailable"),
            (result.Status, result.Data["a"], result.Data["b"])
        );
    }

    [Fact]
    public async Task Requests_within_a_second_share_one_question()
    {
        var probes = new Probes { ["a"] = true };
        await using var services = Services(probes);
        var states = States(services);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => states.GetAsync(Token)));
        Assert.Equal(1, probes.Count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await states.GetAsync(Token);
        Assert.Equal(2, probes.Count);
    }

    private StoreStates States(ServiceProvider services) => new(services.GetRequiredService<StoreRegistry>(), new SiloStores([]), _clock);

    private static ServiceProvider Services(Probes probes)
    {
        var settings = probes.Keys.SelectMany(n => new Dictionary<string, string?>
        {
            [$"RemoteStore:Backends:{n}:Type"] = "probe",
            [$"RemoteStore:Stores:{n}:Backend"] = n,
        });
        var services = new ServiceCollection();
        services.AddSingleton(probes).AddRemoteStore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddBackendType<ProbeFactory>();
        return services.BuildServiceProvider();
    }

    private sealed class Probes : Dictionary<string, bool>
    {
        private int _count;

        internal new int Count => _count;

        internal void Add() => Interlocked.Increment(ref _count);
    }

    private sealed class ProbeFactory() : BackendFactory<ProbeFactory.Options>("probe")
    {
        protected override AsyncBackend Create(string name, Options options, IServiceProvider services) =>
            new Probe(name, services.GetRequiredService<Probes>());

        internal sealed class Options;
    }

    private sealed class Probe(string name, Probes probes) : DelegatingBackend(new AsyncMemoryBackend(name))
    {
        public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default)
        {
            probes.Add();
            return probes[name] ? default : throw new BackendUnavailableException("It is down.");
        }
    }
}
