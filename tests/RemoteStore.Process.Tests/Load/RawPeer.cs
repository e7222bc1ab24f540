using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RemoteStore.Client;

namespace RemoteStore.Processes.Tests.Load;

/// <summary>A peer of a silo's port that speaks as badly as a test wants.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _client;

    private RawPeer(TcpClient client) => _client = client;

    internal NetworkStream Stream => _client.GetStream();

    /// <summary>Connects from an address of its own, so that the limits of one address are not those of the test's clients.</summary>
    internal static async Task<RawPeer> ConnectAsync(int port, string from = "127.0.0.2")
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(IPAddress.Loopback, port);
        return new RawPeer(client);
    }

    /// <summary>Connects to a gateway and says hello as a client does.</summary>
    internal static async Task<RawPeer> ConnectAsync(int port, byte[] hello)
    {
        var peer = await ConnectAsync(port);
        await peer.Stream.WriteAsync(hello);
        return peer;
    }

    /// <summary>What a client says first.</summary>
    internal static async Task<byte[]> HelloAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = RemoteStoreClientOptions.For($"{listener.LocalEndpoint}");
        options.ConnectTimeout = TimeSpan.FromSeconds(5);
        var connecting = RemoteStoreClient.ConnectAsync(options);
        using var accepted = await listener.AcceptTcpClientAsync();
        var stream = accepted.GetStream();
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var hello = new byte[4 + BinaryPrimitives.ReadInt32LittleEndian(length)];
        length.CopyTo(hello, 0);
        await stream.ReadExactlyAsync(hello.AsMemory(4));
        accepted.Close();
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);
        return hello;
    }

    /// <summary>The beginning of a message of these lengths.</summary>
    internal static byte[] Frame(int header, int body)
    {
        var frame = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(frame, header);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), body);
        return frame;
    }

    /// <summary>Sends bytes until all are sent or the silo hangs up.</summary>
    /// <returns>Whether all were sent.</returns>
    internal async Task<bool> SendAsync(long count, CancellationToken cancellationToken)
    {
        var block = new byte[64 * 1024];
        try
        {
            for (; count > 0; count -= block.Length)
                await Stream.WriteAsync(block.AsMemory(0, (int)Math.Min(count, block.Length)), cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Completes when the silo has closed the connection.</summary>
    internal async Task ClosedAsync(CancellationToken cancellationToken)
    {
        var block = new byte[1024];
        try
        {
            while (await Stream.ReadAsync(block, cancellationToken) > 0) { }
        }
        catch (IOException)
        {
            // Reset: closed as well.
        }
    }

    public void Dispose() => _client.Dispose();
}
