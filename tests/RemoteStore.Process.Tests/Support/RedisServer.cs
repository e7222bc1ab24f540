using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>A Redis server in a process of its own, on a loopback port of its own. It keeps nothing on disk.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    /// <summary>The name in the certificate of a server with TLS: that of the service in the manifests.</summary>
    internal const string TlsName = "remotestore-redis";

    private RedisServer(ChildProcess process, int port, bool isTls) =>
        (_process, Port, ConnectionString) = (process, port, isTls ? $"127.0.0.1:{port},ssl=true,sslHost={TlsName}" : $"127.0.0.1:{port}");

    public int Port { get; }

    public string ConnectionString { get; }

    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken = default) =>
        await StartAsync(null, cancellationToken);

    /// <summary>Starts a server; with files of a certificate it takes connections by TLS only.</summary>
    internal static async Task<RedisServer> StartAsync(ClusterTlsOptions? tls, CancellationToken cancellationToken)
    {
        var program = await ServerScript.InstallAsync("redis");
        var port = FreePorts.Next();
        string[] ports = tls is null
            ? ["--port", $"{port}"]
            :
            [
                "--port",
                "0",
                "--tls-port",
                $"{port}",
                "--tls-cert-file",
                tls.Certificate!,
                "--tls-key-file",
                tls.Key!,
                "--tls-ca-cert-file",
                tls.Authority!,
                "--tls-auth-clients",
                "no",
            ];
        var process = ChildProcess.Start(program, [.. ports, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        try
        {
            await process.LineAsync("Ready to accept connections", cancellationToken);
            return new RedisServer(process, port, tls is not null);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
