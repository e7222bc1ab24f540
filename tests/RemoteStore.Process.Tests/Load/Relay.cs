using System.Net;
using System.Net.Sockets;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>Stands between a client and a silo, and can stop handing on what the silo answers.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopped;

    internal Relay(int port)
    {
        _listener.Start();
        _ = AcceptAsync(port);
    }

    internal string EndPoint => $"{_listener.LocalEndpoint}";

    internal void StopAnswers() => _isStopped = true;

    public void Dispose()
    {
        _end.Cancel();
        _resumed.TrySetResult();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync(int port)
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            var silo = new TcpClient();
            await silo.ConnectAsync(IPAddress.Loopback, port);
            _ = client.GetStream().CopyToAsync(silo.GetStream(), _end.Token);
            _ = AnswerAsync(silo, client);
        }
    }

    private async Task AnswerAsync(TcpClient silo, TcpClient client)
    {
        var block = new byte[64 * 1024];
        int count;
        while ((count = await silo.GetStream().ReadAsync(block, _end.Token)) > 0)
        {
            if (_isStopped)
                await _resumed.Task;
            await client.GetStream().WriteAsync(block.AsMemory(0, count), _end.Token);
        }
    }
}
