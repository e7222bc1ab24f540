using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RemoteStore.Cluster.Tests;

/// <summary>Is between a client and a silo's port, and after some bytes hangs up, or is silent.</summary>
internal sealed class FaultyWay : LoopbackPort
{
    private readonly IPEndPoint _silo;
    private readonly (long Up, long Down, bool IsSilent) _faults;
    private int _connections;

    /// <summary>Listens.</summary>
    /// <param name="silo">The port behind it.</param>
    /// <param name="up">How many bytes it lets through to the silo, after the request.</param>
    /// <param name="down">How many it lets through to the client, after the answer's head.</param>
    /// <param name="isSilent">Whether it stays connected then.</param>
    internal FaultyWay(string silo, long up, long down, bool isSilent)
    {
        (_silo, _faults) = (IPEndPoint.Parse(silo), (up, down, isSilent));
        Start();
    }

    internal int Connections => _connections;

    protected override async Task ServeAsync(NetworkStream connection)
    {
        _connections++;
        using var silo = new TcpClient();
        await silo.ConnectAsync(_silo, Closed);
        await CarryAsync(connection, silo.GetStream());
    }

    private async Task CarryAsync(NetworkStream client, NetworkStream silo)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Closed);
        await EndTogetherAsync(cut, PassAsync(client, silo, _faults.Up, cut.Token), PassAsync(silo, client, _faults.Down, cut.Token));
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, long room, CancellationToken cut)
    {
        await to.WriteAsync(Encoding.ASCII.GetBytes(await HttpHead.ReadAsync(from, cut)), cut);
        var bytes = new byte[64 * 1024];
        while (room > 0)
        {
            var count = await from.ReadAsync(bytes.AsMemory(0, (int)Math.Min(room, bytes.Length)), cut);
            if (count == 0)
                return;
            await to.WriteAsync(bytes.AsMemory(0, count), cut);
            room -= count;
        }

        if (_faults.IsSilent)
            await Task.Delay(Timeout.Infinite, cut);
    }
}
