using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using RemoteStore.Grains;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

/// <summary>What a silo reports of stores without a fence, without a silo around it.</summary>
public sealed class StoreProbeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true, "ok", null)]
    [InlineData(false, true, "Unfenced", LogLevel.Critical)]
    [InlineData(false, false, "ok", LogLevel.Warning)]
    public async Task A_store_without_a_fence_is_reported_and_one_that_must_have_it_is_ill(
        bool isFenced,
        bool requires,
        string state,
        LogLevel? expected
    )
    {
        var settings = new Dictionary<string, string?>
        {
            ["RemoteStore:Backends:mem:Type"] = "memory",
            ["RemoteStore:Stores:main:Backend"] = "mem",
        };
        var services = new ServiceCollection();
        services.AddRemoteStore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        await using var provider = services.BuildServiceProvider();
        var registry = provider.GetRequiredService<StoreRegistry>();
        var stores = new SiloStores([new SiloStore("main", new Unconditional(isFenced), new SiloStoreOptions { RequireFence = requires })]);
        var lines = new Levels();
        using var probe = new StoreProbe(registry, stores, lines);
        await probe.StartAsync(Token);
        await probe.ExecuteTask!;
        var health = await new StoresHealthCheck(new StoreStates(registry, stores, TimeProvider.System)).CheckHealthAsync(
            new HealthCheckContext(),
            Token
        );
        Assert.Equal((state, state == "ok"), (health.Data["main"], health.Status == HealthStatus.Healthy));
        Assert.Equal(expected is { } level ? [level] : [], lines.Seen);
    }

    private sealed class Unconditional(bool isFenced) : DelegatingBackend(new AsyncMemoryBackend())
    {
        public override CapabilitySet Capabilities => isFenced ? base.Capabilities : base.Capabilities.Without(Capability.Conditional);
    }

    private sealed class Levels : ILogger<StoreProbe>
    {
        internal List<LogLevel> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Seen.Add(logLevel);
    }
}
