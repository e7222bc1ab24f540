using System.Reflection;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>
/// A silo in a process of its own, on loopback with ports of its own. Over a folder given by <c>--data</c>, or over whatever the settings
/// say. Stopped when disposed.
/// </summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private static readonly string Configuration = typeof(SiloProcess)
        .Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!
        .Configuration;

    private SiloProcess(int siloPort, int gatewayPort, int httpPort) =>
        (SiloPort, GatewayPort, HttpPort) = (siloPort, gatewayPort, httpPort);

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public int HttpPort { get; }

    public ChildProcess Process { get; private init; } = null!;

    public int Id => Process.Id;

    public string Output => Process.Output;

    public string Gateway => $"127.0.0.1:{GatewayPort}";

    public Uri Http => new($"http://127.0.0.1:{HttpPort}/");

    internal static string Assembly =>
        Path.Combine(Repository.Root, "src", "RemoteStore.Silo", "bin", Configuration, "net10.0", "RemoteStore.Silo.dll");

    /// <summary>Starts a silo, without waiting for it.</summary>
    /// <param name="arguments">More arguments; they win over the ports.</param>
    /// <param name="environment">Variables on top of this process's.</param>
    public static SiloProcess Start(IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (silo, gateway, http) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
        string[] all = [Assembly, "--silo-port", $"{silo}", "--gateway-port", $"{gateway}", "--http-port", $"{http}", .. arguments ?? []];
        return new SiloProcess(silo, gateway, http) { Process = ChildProcess.Start("dotnet", all, environment) };
    }

    /// <summary>Starts a silo and waits until it serves.</summary>
    public static async Task<SiloProcess> StartReadyAsync(
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellationToken = default
    )
    {
        var silo = Start(arguments, environment);
        try
        {
            await silo.ReadyAsync(cancellationToken);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    public Task ReadyAsync(CancellationToken cancellationToken = default) => Process.LineAsync("RemoteStore is ready", cancellationToken);

    public Task<RemoteStoreClient> ConnectAsync(CancellationToken cancellationToken = default) =>
        ConnectAsync(null, null, cancellationToken);

    /// <summary>Connects with a certificate, or with none.</summary>
    public Task<RemoteStoreClient> ConnectAsync(
        ClusterTlsOptions? tls,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default
    )
    {
        var options = RemoteStoreClientOptions.For(Gateway);
        options.ConnectTimeout = timeout ?? options.ConnectTimeout;
        options.Tls = tls ?? options.Tls;
        return RemoteStoreClient.ConnectAsync(options, cancellationToken);
    }

    public void Send(Signal signal) => Process.Send(signal);

    public Task<int> ExitAsync(CancellationToken cancellationToken = default) => Process.ExitAsync(cancellationToken);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
