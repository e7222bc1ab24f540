using Orleans.Serialization.Invocation;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>A client that reaches the gateway and sends what only silos may send. Each attack closes its own
/// connection and nothing else.</summary>
public sealed class HostileClientTests(HostileClientTests.Victim victim) : IClassFixture<HostileClientTests.Victim>, IAsyncLifetime
{
    private Attacker? _attacker;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Attacker Hostile => _attacker!;

    public async ValueTask InitializeAsync() => _attacker = await Attacker.StartAsync(victim.Silo, cancellationToken: Token);

    public ValueTask DisposeAsync() => _attacker!.DisposeAsync();

    [Fact]
    public async Task Membership_notification_that_the_silo_is_dead_is_refused()
    {
        var entry = new MembershipEntry
        {
            SiloAddress = Hostile.Silo,
            Status = SiloStatus.Dead,
            HostName = "h",
            SiloName = "s",
        };
        var table = new MembershipTableData([Tuple.Create(entry, "1")], new TableVersion(int.MaxValue - 1, "1"));
        var snapshot = Attacker
            .TypeOf("Orleans.Runtime.MembershipTableSnapshot")
            .GetMethod("Create", [table.GetType()])!
            .Invoke(null, [table]);
        await IsRefusedAsync(
            () => Hostile.CallAsync("Orleans.Runtime.IMembershipService", "clustering", "MembershipChangeNotification", snapshot),
            "call"
        );
    }

    [Theory]
    [InlineData("Orleans.Runtime.IMembershipService", "clustering", "Ping")]
    [InlineData("Orleans.Runtime.IMembershipService", "clustering", "ProbeIndirectly")]
    [InlineData("Orleans.ISiloControl", "silo-control", "ForceActivationCollection")]
    [InlineData("Orleans.ISiloControl", "silo-control", "GetDetailedGrainStatistics")]
    [InlineData("Orleans.IMembershipTableSystemTarget", "clustering.dev", "ReadAll")]
    [InlineData("Orleans.IMembershipTableSystemTarget", "clustering.dev", "DeleteMembershipTableEntries")]
    [InlineData("Orleans.Runtime.IRemoteGrainDirectory", "dir.mem", "DeleteGrainAsync")]
    public Task Call_of_a_system_target_is_refused(string contract, string target, string method) =>
        IsRefusedAsync(() => Hostile.CallAsync(contract, target, method), "call");

    [Fact]
    public Task Management_grain_is_refused() =>
        IsRefusedAsync(() => Hostile.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, Token), "call");

    [Fact]
    public Task Lease_of_a_path_is_refused()
    {
        var hold = new LeaseRequest { Holder = Guid.NewGuid(), Deadline = DateTimeOffset.UtcNow.AddDays(40) };
        return IsRefusedAsync(
            () => Hostile.Client.GetGrain<IPathGrain>(GrainKeys.Path("main", "f")).AcquireLease(hold, Token).AsTask(),
            "call"
        );
    }

    [Fact]
    public Task Release_of_a_path_is_refused() =>
        IsRefusedAsync(
            () => Hostile.Client.GetGrain<IPathGrain>(GrainKeys.Path("main", "f")).ReleaseLease(Guid.NewGuid()).AsTask(),
            "call"
        );

    [Fact]
    public Task Allowed_interface_around_another_request_is_refused() =>
        IsRefusedAsync(m => m.Set("BodyObject", Attacker.Request(Attacker.TypeOf("Orleans.Runtime.IMembershipService"), "Ping")), "call");

    [Fact]
    public Task Allowed_request_to_a_system_target_is_refused() =>
        IsRefusedAsync(
            m => m.Set("TargetGrain", SystemTargetGrainId.Create(GrainType.Create("sys.svc.clustering"), Hostile.Silo).GrainId),
            "target"
        );

    [Fact]
    public Task Request_to_another_client_is_refused() =>
        IsRefusedAsync(m => m.Set("TargetGrain", GrainId.Create("sys.client", Guid.NewGuid().ToString("N"))), "target");

    [Fact]
    public Task Request_in_the_name_of_another_client_is_refused() =>
        IsRefusedAsync(m => m.Set("SendingGrain", GrainId.Create("sys.client", Guid.NewGuid().ToString("N"))), "sender");

    [Fact]
    public Task Request_in_the_name_of_a_silo_is_refused() =>
        IsRefusedAsync(
            m => m.Set("SendingGrain", SystemTargetGrainId.Create(GrainType.Create("sys.svc.clustering"), Hostile.Silo).GrainId),
            "sender"
        );

    [Fact]
    public Task Answer_to_a_call_of_others_is_refused() =>
        IsRefusedAsync(
            m =>
            {
                m.Set("Direction", Enum.ToObject(Attacker.TypeOf("Orleans.Runtime.Message+Directions"), Attacker.Forged.Response));
                m.Set("BodyObject", Response.Completed);
            },
            "flag"
        );

    [Fact]
    public Task Update_of_the_grain_directory_is_refused() =>
        IsRefusedAsync(
            m =>
            {
                var address = new GrainAddress { GrainId = Hostile.Self, SiloAddress = Hostile.Silo };
                var update = Attacker.Create("Orleans.Runtime.GrainAddressCacheUpdate", address, null);
                var updates = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(update.GetType()))!;
                updates.Add(update);
                m.Set("CacheInvalidationHeader", updates);
            },
            "flag"
        );

    [Theory]
    [InlineData("IsSystemMessage")]
    [InlineData("IsLocalOnly")]
    public Task Flag_of_silos_is_refused(string flag) => IsRefusedAsync(m => m.Set(flag, true), "flag");

    [Fact]
    public Task Write_outside_the_turns_of_the_owner_is_refused() =>
        IsRefusedAsync(
            m =>
            {
                m.Set("BodyObject", Attacker.Request(typeof(IPathGrain), nameof(IPathGrain.Write)));
                m.Set("IsAlwaysInterleave", true);
            },
            "flag"
        );

    [Fact]
    public Task Cancellation_of_the_call_of_others_is_refused() =>
        IsRefusedAsync(
            m =>
            {
                var request = Attacker.Request(Attacker.TypeOf("Orleans.Runtime.IGrainCallCancellationExtension"), "CancelRequestAsync");
                request.SetArgument(0, GrainId.Create("sys.client", Guid.NewGuid().ToString("N")));
                request.SetArgument(1, Attacker.Create("Orleans.Runtime.CorrelationId", 1L));
                m.Set("BodyObject", request);
            },
            "sender"
        );

    [Theory]
    [InlineData(RequestNesting.TooDeep)]
    [InlineData(200_000)]
    public async Task Request_that_is_nested_too_deep_is_refused(int depth)
    {
        await using var raw = await RawClient.ConnectAsync(victim.Silo, Hostile, Token);
        await raw.SendAsync(RequestNesting.Nest(raw.Frame(m => m.Set("SendingGrain", raw.Self)), depth), Token);
        Assert.Equal(0, await raw.ReadToEndAsync(Token));
        await victim.Silo.Process.LineAsync($"Closed connection of {raw.Self}: forbidden message (malformed)", Token);
        Assert.True(await victim.Bystander.ExistsAsync("", Token));
    }

    [Fact]
    public async Task Request_with_fields_of_a_later_build_is_answered()
    {
        await using var raw = await RawClient.ConnectAsync(victim.Silo, Hostile, Token);
        await raw.SendAsync(RequestNesting.Nest(raw.Frame(m => m.Set("SendingGrain", raw.Self)), 8), Token);
        Assert.NotEqual(0, await raw.ReadSomeAsync(Token));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(8, int.MaxValue)]
    [InlineData(int.MaxValue, 8)]
    public async Task Frame_with_impossible_lengths_is_refused(int header, int body)
    {
        await using var raw = await RawClient.ConnectAsync(victim.Silo, Hostile, Token);
        await raw.SendAsync([.. BitConverter.GetBytes(header), .. BitConverter.GetBytes(body)], Token);
        Assert.Equal(0, await raw.ReadToEndAsync(Token));
        await victim.Silo.Process.LineAsync("Closed a connection to the gateway port from 127.0.0.1: the message is malformed", Token);
        Assert.True(await victim.Bystander.ExistsAsync("", Token));
    }

    private Task IsRefusedAsync(Action<Attacker.Forged> forge, string reason) =>
        IsRefusedAsync(
            () =>
            {
                Hostile.Send(forge);
                return Task.FromException(new TimeoutException());
            },
            reason
        );

    /// <summary>The silo closes the connection, says why, and serves others as before.</summary>
    private async Task IsRefusedAsync(Func<Task> attack, string reason)
    {
        await victim.Bystander.WriteTextAsync("f", reason, WriteOptions.Replace, cancellationToken: Token);
        await Assert.ThrowsAnyAsync<Exception>(attack);
        await victim.Silo.Process.LineAsync($"Closed connection of {Hostile.Self}: forbidden message ({reason})", Token);
        Assert.Equal(reason, await victim.Bystander.ReadTextAsync("f", cancellationToken: Token));
        Assert.DoesNotContain("   at ", victim.Silo.Output, StringComparison.Ordinal);
    }

    /// <summary>One silo for all attacks, since none of them ends it, and an ordinary client of it.</summary>
    public sealed class Victim : ProcessTest, IAsyncLifetime
    {
        private static readonly Dictionary<string, string> EveryRefusal = new()
        {
            ["Logging__LogLevel__RemoteStore.Grains.GatewayGuard"] = "Debug",
        };
        private RemoteStoreClient? _client;

        internal SiloProcess Silo { get; private set; } = null!;

        internal AsyncStore Bystander => _client!.GetStore("main");

        public async ValueTask InitializeAsync()
        {
            Silo = await SiloProcess.StartReadyAsync(["--data", Folder], EveryRefusal, Token);
            _client = await Silo.ConnectAsync(Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _client!.DisposeAsync();
            await Silo.DisposeAsync();
        }
    }
}
