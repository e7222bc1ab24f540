using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace RemoteStore.Processes.Tests;

/// <summary>A connection to a gateway over which any bytes can be sent.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient _socket = new();
    private readonly Attacker _codecs;

    private RawClient(Attacker codecs) => _codecs = codecs;

    internal GrainId Self { get; } = GrainId.Create("sys.client", Guid.NewGuid().ToString("N"));

    /// <summary>Connects, and says who it is.</summary>
    internal static async Task<RawClient> ConnectAsync(SiloProcess silo, Attacker codecs, CancellationToken cancellationToken)
    {
        var client = new RawClient(codecs);
        await client._socket.ConnectAsync(IPAddress.Loopback, silo.GatewayPort, cancellationToken);
        await client.SendAsync(client.Preamble(), cancellationToken);
        Assert.NotEqual(0, await client.ReadSomeAsync(cancellationToken));
        return client;
    }

    /// <summary>A message as it is sent.</summary>
    internal byte[] Frame(Action<Attacker.Forged> forge)
    {
        var pipe = new Pipe();
        var serializer = _codecs.Services.GetRequiredService(Attacker.TypeOf("Orleans.Runtime.Messaging.MessageSerializer"));
        serializer.GetType().GetMethod("Write")!.Invoke(serializer, [pipe.Writer, _codecs.Forge(forge).Message]);
        pipe.Writer.Complete();
        return ReadAll(pipe.Reader);
    }

    internal Task SendAsync(byte[] bytes, CancellationToken cancellationToken) =>
        _socket.GetStream().WriteAsync(bytes, cancellationToken).AsTask();

    internal async Task<int> ReadSomeAsync(CancellationToken cancellationToken) =>
        await _socket.GetStream().ReadAsync(new byte[4096], cancellationToken);

    /// <summary>Waits for the other end to close.</summary>
    /// <returns>How many bytes came before.</returns>
    internal async Task<int> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var got = new MemoryStream();
        try
        {
            await _socket.GetStream().CopyToAsync(got, cancellationToken);
        }
        catch (IOException)
        {
            // Closed with bytes unread.
        }

        return (int)got.Length;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }

    private byte[] Preamble()
    {
        var type = Attacker.TypeOf("Orleans.Runtime.Messaging.ConnectionPreamble");
        var preamble = Activator.CreateInstance(type)!;
        type.GetProperty("NodeIdentity")!.SetValue(preamble, Self);
        type.GetProperty("ClusterId")!.SetValue(preamble, "remotestore");
        type.GetProperty("NetworkProtocolVersion")!
            .SetValue(preamble, Enum.ToObject(type.GetProperty("NetworkProtocolVersion")!.PropertyType, 1));
        var bytes = new ArrayBufferWriter<byte>();
        _codecs.Services.GetRequiredService<ObjectSerializer>().Serialize(preamble, bytes, type);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.WrittenCount);
        return [.. length, .. bytes.WrittenSpan];
    }

    private static byte[] ReadAll(PipeReader reader)
    {
        Assert.True(reader.TryRead(out var read));
        var bytes = read.Buffer.ToArray();
        reader.Complete();
        return bytes;
    }
}
