using System.Buffers.Binary;
using System.Text;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// Shows every request before it is sent, and sends the remainder of it: to have one refused or held, or something done just before it.
/// </summary>
internal sealed class TamperingTransport(ISessionTransport inner, Action<SentRequest> tamper) : ISessionTransport
{
    private readonly TamperingStream _output = new(inner.Output, tamper);

    public Stream Input => inner.Input;

    public Stream Output => _output;

    public void Begun() => inner.Begun();

    public void Kill() => inner.Kill();

    public SessionLostException Explain(bool connected) => inner.Explain(connected);

    public void Dispose() => inner.Dispose();

    private sealed class TamperingStream(Stream inner, Action<SentRequest> tamper) : MemoryStream
    {
        private int _rest;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            // The bytes of a write come behind its head.
            if (_rest > 0)
            {
                _rest -= buffer.Length;
                inner.Write(buffer);
                return;
            }

            var request = new SentRequest(buffer.ToArray());
            _rest = sizeof(uint) + BinaryPrimitives.ReadInt32BigEndian(buffer) - buffer.Length;
            tamper(request);
            inner.Write(request.Bytes);
        }

        public override void Flush() => inner.Flush();
    }
}

/// <summary>A request as it is sent.</summary>
internal sealed class SentRequest(byte[] bytes)
{
    private const int KindAt = 4;
    private const int IdAt = 5;
    private const int TextAt = 13;

    internal byte[] Bytes { get; private set; } = bytes;

    /// <summary>What it asks for; an extension by its name.</summary>
    internal string Name =>
        (PacketKind)Bytes[KindAt] is var kind and not PacketKind.Extended
            ? kind.ToString()
            : Encoding.ASCII.GetString(Bytes, TextAt, BinaryPrimitives.ReadInt32BigEndian(Bytes.AsSpan(TextAt - sizeof(int))));

    /// <summary>All of it, to look for a path in it.</summary>
    internal string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Makes another request with the same arguments of it.</summary>
    internal void Become(PacketKind kind) => Bytes[KindAt] = (byte)kind;

    /// <summary>Has the server refuse the extension as one that it does not know.</summary>
    internal void BecomeUnknown() => Bytes[TextAt] = (byte)'?';

    /// <summary>Changes the last letter of the last path.</summary>
    internal void EndWith(char letter) => Bytes[^1] = (byte)letter;

    /// <summary>Makes another request of it, with the same id.</summary>
    internal void Become(PacketWriter other) => Bytes = other.Seal(BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(IdAt)), 0).ToArray();
}
