using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace RemoteStore.Cluster.Tests;

/// <summary>What a port does with the requests that arrive.</summary>
public enum PortBehaviour
{
    Sends,
    SendsHalf,
    SendsTooLittle,
    Refuses,
    IsSilent,
    IsClosed,
    TakesAndHangsUp,
    TakesAndFails,
    ChangesAndHangsUp,
    ChangesAndLies,
}

/// <summary>Stands where a silo's port would be, and knows the file.</summary>
internal sealed class FakePort : LoopbackPort
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PortBehaviour _behaviour;
    private readonly Func<string, Task> _take;

    /// <summary>Listens, unless it is closed.</summary>
    /// <param name="behaviour">What it does.</param>
    /// <param name="take">Takes a ticket and bytes of its download, as a silo's port does before it fails.</param>
    internal FakePort(PortBehaviour behaviour, Func<string, Task> take)
    {
        (_behaviour, _take) = (behaviour, take);
        if (behaviour == PortBehaviour.IsClosed)
            Stop();
        else
            Start();
    }

    internal ConcurrentQueue<string> Tickets { get; } = new();

    /// <summary>Completes when the first request has come.</summary>
    internal Task Asked => _asked.Task;

    protected override async Task ServeAsync(NetworkStream connection)
    {
        await ReadAcknowledgementsAsync(connection);
        switch (_behaviour)
        {
            case PortBehaviour.IsSilent:
                await Task.Delay(Timeout.Infinite, Closed);
                break;
            case PortBehaviour.Refuses:
                await SayAsync(connection, "404 Not Found", 0);
                break;
            case PortBehaviour.TakesAndHangsUp:
                await _take(Tickets.Last());
                break;
            case PortBehaviour.TakesAndFails:
                await _take(Tickets.Last());
                await SayAsync(connection, "500 Internal Server Error", 0);
                break;
            case PortBehaviour.ChangesAndHangsUp:
                await ChangeAsync(connection);
                break;
            case PortBehaviour.ChangesAndLies:
                await ChangeAsync(connection);
                await connection.WriteAsync(BitConverter.GetBytes(99L), Closed);
                await Task.Delay(Timeout.Infinite, Closed);
                break;
            default:
                await SendAsync(connection);
                break;
        }
    }

    private async Task ReadAcknowledgementsAsync(NetworkStream stream)
    {
        var reader = new StreamReader(stream, Encoding.ASCII);
        while (await reader.ReadLineAsync(Closed) is { Length: > 0 } line)
        {
            if (line.StartsWith("Authorization: Bearer ", StringComparison.Ordinal))
                Tickets.Enqueue(line[22..]);
        }

        _asked.TrySetResult();
    }

    private async Task SendAsync(NetworkStream stream)
    {
        var start = Tickets.Count == 1 ? 0 : 7;
        var promised = OfferingSilo.Size - start - (_behaviour == PortBehaviour.SendsTooLittle ? 500_000 : 0);
        var sent = _behaviour == PortBehaviour.SendsHalf ? promised / 2 : promised;
        await SayAsync(stream, "200 OK", promised);
        await stream.WriteAsync(OfferingSilo.Bytes.AsMemory(start, sent), Closed);
    }

    private async Task ChangeAsync(NetworkStream stream) =>
        await stream.WriteAsync(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: remotestore-upload\r\n\r\n"u8.ToArray(),
            Closed
        );

    private async Task SayAsync(NetworkStream stream, string status, int length) =>
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"),
            Closed
        );
}
