using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Serialization.Invocation;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// A client from Orleans' ordinary packages that calls what is not meant for it: the contracts of silos are in those packages, only not
/// public. Every call is bounded by the response timeout.
/// </summary>
internal sealed class Attacker : IAsyncDisposable
{
    private static readonly Assembly Core = typeof(IManagementGrain).Assembly;

    // The server's package; nobody keeps an attacker from taking it along.
    private static readonly Assembly Server = Assembly.Load("Orleans.Runtime");
    private readonly IHost _host;

    private readonly int _siloPort;

    private Attacker(IHost host, int siloPort) => (_host, _siloPort) = (host, siloPort);

    internal IClusterClient Client => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>The silo itself, as other silos know it.</summary>
    internal SiloAddress Silo =>
        _host.Services.GetRequiredService<IClusterManifestProvider>().Current.Silos.Keys.Single(s => s.Endpoint.Port == _siloPort);

    internal GrainId Self => ((GrainAddress)Get(Runtime, "CurrentActivationAddress")!).GrainId;

    private object Runtime => _host.Services.GetRequiredService(Core.GetType("Orleans.OutsideRuntimeClient", throwOnError: true)!);

    internal IServiceProvider Services => _host.Services;

    internal static async Task<Attacker> StartAsync(
        SiloProcess silo,
        ClusterTlsOptions? tls = null,
        CancellationToken cancellationToken = default
    )
    {
        var host = new HostBuilder()
            .ConfigureLogging(l => l.ClearProviders())
            .UseOrleansClient(client =>
            {
                client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silo.GatewayPort));
                client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("remotestore", "remotestore"));
                client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromSeconds(2));
                if (tls is not null)
                    client.Configure<ClientConnectionOptions>(o => o.ConfigureConnection(new ClusterTls(tls, isSilo: false).Open));
            })
            .Build();
        await host.StartAsync(cancellationToken);
        return new Attacker(host, silo.SiloPort);
    }

    /// <summary>Calls a method of one of Orleans' own targets.</summary>
    /// <param name="contract">The interface.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Its arguments.</param>
    internal async Task CallAsync(string contract, string target, string method, params object?[] arguments)
    {
        var type = TypeOf(contract);
        var id = SystemTargetGrainId.Create(GrainType.Create($"sys.svc.{target}"), Silo).GrainId;
        var reference = Client.GetGrain(id, _host.Services.GetRequiredService<GrainInterfaceTypeResolver>().GetGrainInterfaceType(type));
        var called = type.GetInterfaces().Prepend(type).Select(t => t.GetMethod(method)).First(m => m is not null)!;
        var answer = called.Invoke(
            reference,
            [.. called.GetParameters().Select((p, i) => i < arguments.Length ? arguments[i] : Default(p.ParameterType))]
        )!;
        await (answer as Task ?? (Task)answer.GetType().GetMethod("AsTask")!.Invoke(answer, null)!);
    }

    /// <summary>Sends a message that begins as an ordinary call of a path's owner.</summary>
    /// <param name="forge">Changes it.</param>
    internal void Send(Action<Forged> forge)
    {
        var center = Get(Runtime, "MessageCenter")!;
        center.GetType().GetMethod("SendMessage")!.Invoke(center, [Forge(forge).Message]);
    }

    /// <summary>A message that begins as an ordinary call of a path's owner.</summary>
    /// <param name="forge">Changes it.</param>
    internal Forged Forge(Action<Forged> forge)
    {
        var message = new Forged(Create("Orleans.Runtime.Message"));
        message.Set("Id", Create("Orleans.Runtime.CorrelationId", Random.Shared.NextInt64()));
        message.Set("Direction", Enum.ToObject(TypeOf("Orleans.Runtime.Message+Directions"), Forged.Request));
        message.Set("SendingGrain", Self);
        message.Set("TargetGrain", Client.GetGrain<IPathGrain>(GrainKeys.Path("main", "f")).GetGrainId());
        message.Set("BodyObject", Request(typeof(IPathGrain), nameof(IPathGrain.Kind)));
        forge(message);
        return message;
    }

    /// <summary>The request of a method, without its arguments.</summary>
    internal static IInvokable Request(Type contract, string method) =>
        contract
            .Assembly.GetTypes()
            .Where(t => !t.IsAbstract && !t.ContainsGenericParameters && t.IsAssignableTo(typeof(IInvokable)))
            .Select(t => (IInvokable)Activator.CreateInstance(t, nonPublic: true)!)
            .First(r => r.GetInterfaceType() == contract && r.GetMethodName() == method);

    internal static Type TypeOf(string name) =>
        Core.GetType(name) ?? typeof(GrainId).Assembly.GetType(name) ?? Server.GetType(name, throwOnError: true)!;

    internal static object Create(string type, params object?[] arguments) =>
        Activator.CreateInstance(
            TypeOf(type),
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic,
            null,
            arguments,
            null
        )!;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static object? Get(object of, string property) =>
        of.GetType().GetProperty(property, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!.GetValue(of);

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    /// <summary>A message whose every field is the attacker's to write.</summary>
    internal sealed record Forged(object Message)
    {
        internal const int Request = 1;
        internal const int Response = 2;

        internal void Set(string property, object? value) => Message.GetType().GetProperty(property)!.SetValue(Message, value);
    }
}
