using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore.Tests.Configuration;

public sealed class SyncStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("remotestore-config-").FullName;

    private string Json =>
        $$"""
            {"RemoteStore":{
              "Backends":{
                "disk":{"Type":"local","Root":"{{_root}}","Durable":false},
                "guarded":{"Type":"local","Root":"{{_root}}","Durable":false,"Resilience":{} },
                "probe":{"Type":"probe"} },
              "Stores":{
                "main":{"Backend":"disk","Root":"in"}, "same":{"Backend":"disk","Root":"in"}, "frozen":{"Backend":"disk","Root":"in","ReadOnly":true},
                "guarded":{"Backend":"guarded","Root":"in"}, "memory":{"Backend":"probe"}, "memory-two":{"Backend":"probe"} } } }
            """;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Both_faces_of_a_store_show_the_same_files()
    {
        using var services = Configured.Services(Json);
        services.GetRequiredKeyedService<Store>("main").WriteText("a", "x");

        var registry = services.GetRequiredService<StoreRegistry>();
        Assert.Equal("x", await registry.GetAsyncStore("main").ReadTextAsync("a", null, TestContext.Current.CancellationToken));
        Assert.Equal("x", registry.GetStore("guarded").ReadText("a"));
        Assert.True(File.Exists(Path.Combine(_root, "in", "a")));
    }

    [Fact]
    public void A_sync_backend_without_layers_is_called_directly()
    {
        using var services = Configured.Services(Json);
        var registry = services.GetRequiredService<StoreRegistry>();

        Assert.Equal("disk", Assert.IsType<LocalBackend>(registry.GetStore("main").Backend).Name);
        Assert.Same(registry.GetStore("main").Backend, registry.GetStore("same").Backend);
        Assert.IsType<AsyncBackendSyncAdapter>(registry.GetStore("guarded").Backend);
        Assert.IsType<AsyncBackendSyncAdapter>(registry.GetStore("frozen").Backend);
        Assert.Same(registry.GetStore("memory").Backend, registry.GetStore("memory-two").Backend);
        Assert.Same(registry.GetStore("main"), services.GetRequiredKeyedService<Store>("main"));
    }

    [Fact]
    public void A_read_only_store_refuses_synchronous_callers_too()
    {
        using var services = Configured.Services(Json);
        services.GetRequiredKeyedService<Store>("main").WriteText("a", "x");
        var frozen = services.GetRequiredKeyedService<Store>("frozen");

        Assert.Equal("x", frozen.ReadText("a"));
        Assert.Throws<CapabilityNotSupportedException>(() => frozen.Delete("a"));
    }

    [Fact]
    public void The_container_closes_what_sync_stores_used()
    {
        var probe = new ProbeFactory();
        using (var services = Configured.Services(Json, probe))
            services.GetRequiredKeyedService<Store>("memory").WriteText("a", "x");

        Assert.Equal(["probe"], probe.Closed.Distinct());
    }

    [Theory]
    [InlineData("""{"Type":"local"}""", "RemoteStore:Backends:d:Root: is required")]
    [InlineData("""{"Type":"local","Root":""}""", "RemoteStore:Backends:d:Root: is required")]
    [InlineData(
        """{"Type":"local","Root":"/x","StagingGrace":"00:00:00"}""",
        "RemoteStore:Backends:d:StagingGrace: must be more than zero."
    )]
    [InlineData("""{"Type":"local","Root":"/x","Durable":"perhaps"}""", "RemoteStore:Backends:d:Durable: must be true or false.")]
    [InlineData("""{"Type":"local","Rot":"/x"}""", "RemoteStore:Backends:d:Rot: unknown option. Did you mean 'Root'?")]
    public void Options_of_the_local_type_are_checked(string backend, string message)
    {
        using var services = Configured.Services($$"""{"RemoteStore":{"Backends":{"d":{{backend}} } } }""");

        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(services.GetRequiredService<StoreRegistry>);
        Assert.StartsWith(message, Assert.Single(error.Failures), StringComparison.Ordinal);
    }
}
