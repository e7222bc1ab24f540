using System.Text;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>A request that a scripted server received.</summary>
internal sealed class ScriptedRequest(PacketKind kind, uint id, byte[] body)
{
    private int _next;

    internal PacketKind Kind => kind;

    internal uint Id => id;

    /// <summary>The request's name; an extension by its own.</summary>
    internal string Name => kind == PacketKind.Extended ? Peek() : kind.ToString();

    /// <summary>The first text of the request: a path, a handle or the name of an extension.</summary>
    internal string Peek()
    {
        var reader = new PacketReader(body);
        return Encoding.UTF8.GetString(reader.Bytes());
    }

    internal byte[] Bytes()
    {
        var reader = Rest();
        var bytes = reader.Bytes().ToArray();
        _next += sizeof(uint) + bytes.Length;
        return bytes;
    }

    internal string Text() => Encoding.UTF8.GetString(Bytes());

    internal uint UInt32()
    {
        var value = Rest().UInt32();
        _next += sizeof(uint);
        return value;
    }

    internal ulong UInt64()
    {
        var value = Rest().UInt64();
        _next += sizeof(ulong);
        return value;
    }

    /// <summary>The attributes at this place: permissions and time of change, as far as they are given.</summary>
    internal SftpAttributes Attributes()
    {
        var reader = Rest();
        return SftpAttributes.Read(ref reader);
    }

    private PacketReader Rest() => new(body.AsSpan(_next));
}
