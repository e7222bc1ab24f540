using System.Net;
using System.Net.Sockets;

namespace RemoteStore.Processes.Tests;

/// <summary>One address in front of several, as a Service in Kubernetes is: each new connection goes to one of those that are ready.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _accepting;
    private volatile int _target;

    internal TcpRelay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Where new connections go; those that exist stay.</summary>
    internal void PointTo(int port) => _target = port;

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptSocketAsync(_closed.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task RelayAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target, _closed.Token);
                await using NetworkStream a = new(near), b = new(far);
                await Task.WhenAny(a.CopyToAsync(b, _closed.Token), b.CopyToAsync(a, _closed.Token));
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
            }
        }
    }
}
