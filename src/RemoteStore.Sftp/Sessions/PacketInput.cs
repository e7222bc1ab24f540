using System.Buffers.Binary;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>Splits the byte stream of a server into packets. Large bodies are read directly into their final buffer.</summary>
internal sealed class PacketInput(Stream stream)
{
    private const int MaxLength = 1024 * 1024;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _next;
    private int _end;

    /// <summary>Reads the length of the next packet's body and its kind.</summary>
    /// <returns>False at the end of the stream.</returns>
    internal bool TryReadHead(out PacketKind kind, out int length)
    {
        (kind, length) = (default, 0);
        if (_next == _end && !Fill())
            return false;
        Span<byte> head = stackalloc byte[5];
        ReadExactly(head);
        var total = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (total is < 5 or > MaxLength)
            throw new ProtocolException(
                $"The server sent a packet of {total} bytes, which is not SFTP. Check that no login script of the server writes output."
            );
        (kind, length) = ((PacketKind)head[4], (int)total - 1);
        return true;
    }

    internal uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    internal void ReadExactly(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            if (_next == _end && target.Length >= _buffer.Length)
            {
                var count = stream.Read(target);
                target = target[(count > 0 ? count : throw Torn())..];
                continue;
            }

            if (_next == _end && !Fill())
                throw Torn();
            var taken = Math.Min(target.Length, _end - _next);
            _buffer.AsSpan(_next, taken).CopyTo(target);
            _next += taken;
            target = target[taken..];
        }
    }

    private bool Fill()
    {
        (_next, _end) = (0, stream.Read(_buffer));
        return _end > 0;
    }

    private static EndOfStreamException Torn() => new("The connection ended in the middle of a packet.");
}
