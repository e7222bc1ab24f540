using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.Tests.Configuration;

public sealed class RegistryTests
{
    private const string TwoStores = """
        {"RemoteStore":{
          "Backends":{"p":{"Type":"probe","Root":"/data","ConnectionString":"hidden","Count":7,"Inner":{"Fast":true}},"other":{"Type":"memory"}},
          "Stores":{"one":{"Backend":"p","Root":"a/b"},"two":{"Backend":"p"},"frozen":{"Backend":"p","ReadOnly":true}}}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backend_is_created_once_on_first_use_and_closed_with_the_container()
    {
        var probe = new ProbeFactory();
        var services = Configured.Services(TwoStores, probe);
        await using (services)
        {
            var registry = services.GetRequiredService<StoreRegistry>();
            Assert.Empty(probe.Made);

            await registry.GetAsyncStore("one").WriteTextAsync("f", "x", null, null, Token);
            Assert.Equal("x", await registry.GetAsyncStore("two").ReadTextAsync("a/b/f", null, Token));
            Assert.Same(registry.GetAsyncStore("one"), registry.GetAsyncStore("one"));

            var made = Assert.Single(probe.Made);
            Assert.Equal(("/data", "hidden", 7, true), (made.Root, made.ConnectionString!.Reveal(), made.Count, made.Inner.Fast));
            Assert.Empty(probe.Closed);
        }

        Assert.Equal(["p"], probe.Closed);
    }

    [Fact]
    public async Task Closing_a_store_leaves_its_backend_to_the_others()
    {
        var probe = new ProbeFactory();
        await using var services = Configured.Services(TwoStores, probe);
        var registry = services.GetRequiredService<StoreRegistry>();

        await registry.GetAsyncStore("one").DisposeAsync();

        Assert.Empty(probe.Closed);
        await registry.GetAsyncStore("two").WriteTextAsync("f", "x", null, null, Token);
    }

    [Fact]
    public async Task Racing_first_uses_make_one_backend()
    {
        var probe = new ProbeFactory();
        await using var services = Configured.Services(TwoStores, probe);
        var registry = services.GetRequiredService<StoreRegistry>();

        Parallel.For(0, 64, i => registry.GetAsyncStore(i % 2 == 0 ? "one" : "two"));

        Assert.Single(probe.Made);
    }

    [Fact]
    public void An_unknown_store_is_reported_with_those_there_are()
    {
        using var services = Configured.Services(TwoStores);
        var registry = services.GetRequiredService<StoreRegistry>();

        Assert.Equal(
            "'three' is not a configured store. Known: frozen, one, two.",
            Assert.Throws<KeyNotFoundException>(() => registry.GetAsyncStore("three")).Message
        );
        Assert.Equal(
            "'q' is not a configured backend. Known: other, p.",
            Assert.Throws<KeyNotFoundException>(() => registry.GetBackend("q")).Message
        );
        Assert.Throws<KeyNotFoundException>(() => services.GetRequiredKeyedService<AsyncStore>("three"));
    }

    [Fact]
    public async Task A_closed_registry_makes_nothing_more()
    {
        var services = Configured.Services(TwoStores);
        var registry = services.GetRequiredService<StoreRegistry>();
        await services.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => registry.GetAsyncStore("one"));
    }

    [Fact]
    public void A_synchronous_disposal_closes_too()
    {
        var probe = new ProbeFactory();
        using (var services = Configured.Services(TwoStores, probe))
            services.GetRequiredService<StoreRegistry>().GetBackend("p");

        Assert.Equal(["p"], probe.Closed);
    }

    [Fact]
    public async Task Stores_are_keyed_services()
    {
        await using var services = Configured.Services(TwoStores);
        var one = services.GetRequiredKeyedService<AsyncStore>("one");

        Assert.Same(services.GetRequiredService<StoreRegistry>().GetAsyncStore("one"), one);
        Assert.Equal("a/b", one.Root.Value);
    }

    [Fact]
    public async Task A_read_only_store_refuses_and_its_neighbour_does_not()
    {
        await using var services = Configured.Services(TwoStores);
        await services.GetRequiredKeyedService<AsyncStore>("two").WriteTextAsync("f", "x", null, null, Token);
        var frozen = services.GetRequiredKeyedService<AsyncStore>("frozen");

        Assert.Equal("x", await frozen.ReadTextAsync("f", null, Token));
        await Assert.ThrowsAsync<CapabilityNotSupportedException>(() => frozen.DeleteAsync("f", null, Token));
    }

    [Fact]
    public async Task Layers_are_made_as_configured()
    {
        await using var services = Configured.Services(
            """
            {"RemoteStore":{"Backends":{
              "plain":{"Type":"memory"}, "defaults":{"Type":"memory","Resilience":{}}, "yes":{"Type":"memory","Resilience":true},
              "no":{"Type":"memory","Resilience":false}, "both":{"Type":"memory","ReadOnly":true,"Resilience":{"MaxAttempts":5}}}}}
            """
        );
        var registry = services.GetRequiredService<StoreRegistry>();

        Assert.False(Has<ResilientBackend>(registry.GetBackend("plain")));
        Assert.True(Has<ResilientBackend>(registry.GetBackend("defaults")));
        Assert.True(Has<ResilientBackend>(registry.GetBackend("yes")));
        Assert.False(Has<ResilientBackend>(registry.GetBackend("no")));
        Assert.True(Has<ResilientBackend>(registry.GetBackend("both")));
        Assert.False(registry.GetBackend("both").Capabilities.Supports(Capability.Write));
        Assert.Equal("both", registry.GetBackend("both").Name);
    }

    [Fact]
    public async Task The_environment_overrides_json()
    {
        var prefix = $"RSTEST{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}RemoteStore__Stores__one__Backend", "other");
        Environment.SetEnvironmentVariable($"{prefix}RemoteStore__Stores__one__Root", "env");
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddConfiguration(Configured.Json(TwoStores))
                .AddEnvironmentVariables(prefix)
                .Build();
            await using var services = Configured.Services(configuration);
            var store = services.GetRequiredKeyedService<AsyncStore>("one");

            Assert.Equal("env", store.Root.Value);
            Assert.Equal("other", store.Backend.Name);
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{prefix}RemoteStore__Stores__one__Backend", null);
            Environment.SetEnvironmentVariable($"{prefix}RemoteStore__Stores__one__Root", null);
        }
    }

    [Fact]
    public async Task Code_alone_and_code_over_configuration_both_work()
    {
        var probe = new ProbeFactory();
        await using var services = Configured.Services(
            Configured.Json(TwoStores),
            probe,
            s =>
                s.AddRemoteStore(o =>
                {
                    o.Backends["p"].Settings["Count"] = "9";
                    o.Backends["extra"] = new BackendOptions { Type = "memory" };
                    o.Stores["more"] = new StoreOptions { Backend = "extra" };
                })
        );
        var registry = services.GetRequiredService<StoreRegistry>();
        registry.GetBackend("p");

        Assert.Equal(9, Assert.Single(probe.Made).Count);
        Assert.Equal(["frozen", "more", "one", "two"], registry.StoreNames);
        Assert.Equal("extra", registry.GetAsyncStore("more").Backend.Name);
    }

    [Fact]
    public async Task The_section_itself_may_be_given()
    {
        await using var services = Configured.Services(Configured.Json(TwoStores).GetSection("RemoteStore"));
        Assert.Equal(["frozen", "one", "two"], services.GetRequiredService<StoreRegistry>().StoreNames);
    }

    [Fact]
    public async Task A_ping_of_all_reports_each_store()
    {
        var probe = new ProbeFactory { Health = new PermissionDeniedException("no") };
        await using var services = Configured.Services(
            """{"RemoteStore":{"Backends":{"p":{"Type":"probe"},"m":{"Type":"memory"}},"Stores":{"bad":{"Backend":"p"},"good":{"Backend":"m"}}}}""",
            probe
        );

        var answers = await services.GetRequiredService<StoreRegistry>().CheckHealthAsync(null, Token);

        Assert.Equal([("bad", "p", false), ("good", "m", true)], answers.Select(a => (a.Store, a.Backend, a.IsHealthy)));
        Assert.IsType<PermissionDeniedException>(answers[0].Error);
    }

    [Fact]
    public void Options_never_show_settings()
    {
        var options = new BackendOptions { Type = "probe" };
        options.Settings["ConnectionString"] = "canary";

        Assert.DoesNotContain("canary", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", System.Text.Json.JsonSerializer.Serialize(options), StringComparison.Ordinal);
    }

    private static bool Has<T>(AsyncBackend backend)
        where T : class
    {
        try
        {
            return backend.Unwrap<T>() is not null;
        }
        catch (CapabilityNotSupportedException)
        {
            return false;
        }
    }
}
