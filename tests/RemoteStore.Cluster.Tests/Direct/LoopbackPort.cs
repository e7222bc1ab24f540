using System.Net;
using System.Net.Sockets;

namespace RemoteStore.Cluster.Tests;

/// <summary>A port of a test that serves one connection after the other, until it is disposed.</summary>
internal abstract class LoopbackPort : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closed = new();
    private Task _serving = Task.CompletedTask;

    protected LoopbackPort(IPEndPoint? at = null)
    {
        _listener = new TcpListener(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Start();
        EndPoint = $"{_listener.LocalEndpoint}";
    }

    internal string EndPoint { get; }

    protected CancellationToken Closed => _closed.Token;

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    protected void Start() => _serving = ServeAsync();

    protected void Stop() => _listener.Stop();

    protected abstract Task ServeAsync(NetworkStream connection);

    /// <summary>Carries both ways until one of them ends.</summary>
    protected static async Task EndTogetherAsync(CancellationTokenSource cut, params Task[] ways)
    {
        await Task.WhenAny(ways);
        await cut.CancelAsync();
        await Task.WhenAll(ways).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var connection = await _listener.AcceptTcpClientAsync(Closed);
            await ServeAsync(connection.GetStream());
        }
    }
}
