using System.Buffers;
using System.Text;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>The answer to one request, once it is there. One thread waits for it, and takes it once.</summary>
internal sealed class Reply(Session session, uint id, long sentAt)
{
    private readonly Signal _arrived = new();
    private PacketKind _kind;
    private byte[] _body = [];
    private int _length;
    private SessionLostException? _lost;

    internal long SentAt => sentAt;

    /// <summary>Takes a success that carries nothing.</summary>
    internal void Done() => Body(PacketKind.Status);

    /// <summary>Takes a success, or the refusal.</summary>
    internal StatusException? Refusal()
    {
        try
        {
            Done();
            return null;
        }
        catch (StatusException e)
        {
            return e;
        }
    }

    /// <summary>The text of a symbolic link; null when there is no such link.</summary>
    internal string? LinkText()
    {
        try
        {
            var reader = new PacketReader(Body(PacketKind.Names));
            reader.Skip(sizeof(uint));
            return Encoding.UTF8.GetString(reader.Bytes());
        }
        catch (StatusException)
        {
            return null;
        }
    }

    internal byte[] Handle()
    {
        var reader = new PacketReader(Body(PacketKind.Handle));
        return reader.Bytes().ToArray();
    }

    /// <summary>The handle; null when the server refused to open it.</summary>
    internal byte[]? HandleIfAny()
    {
        try
        {
            return Handle();
        }
        catch (StatusException)
        {
            return null;
        }
    }

    internal SftpAttributes Attributes()
    {
        var reader = new PacketReader(Body(PacketKind.Attributes));
        return SftpAttributes.Read(ref reader);
    }

    /// <summary>The attributes; null when there is no such file.</summary>
    internal SftpAttributes? AttributesIfAny()
    {
        try
        {
            return Attributes();
        }
        catch (StatusException e) when (e.Code == StatusCode.NoSuchFile)
        {
            return null;
        }
    }

    /// <summary>The names of a listing; null at its end.</summary>
    internal byte[]? Names() => IsEnd() ? null : Body(PacketKind.Names).ToArray();

    /// <summary>Takes an answer that is due within what is left of the time for connecting.</summary>
    internal byte[] Within(TimeSpan left, TimeSpan budget, PacketKind kind)
    {
        if (!_arrived.Wait(left))
            session.Lose(SessionFailures.ConnectTimedOut(budget));
        return Body(kind).ToArray();
    }

    /// <summary>The bytes of a read; none at the end of the file. Valid until <see cref="Release"/>.</summary>
    internal ReadOnlyMemory<byte> Data() => IsEnd() ? default : Memory(PacketKind.Data);

    /// <summary>Gives the buffer back. Nothing of the answer may be used after it.</summary>
    internal void Release()
    {
        if (_kind == PacketKind.Data && _body.Length > 0)
            ArrayPool<byte>.Shared.Return(_body);
        _body = [];
        _length = 0;
    }

    internal void Complete(PacketKind kind, byte[] body, int length)
    {
        (_kind, _body, _length) = (kind, body, length);
        _arrived.Set();
    }

    internal void Fail(SessionLostException lost)
    {
        _lost = lost;
        _arrived.Set();
    }

    private ReadOnlySpan<byte> Body(PacketKind expected) => Memory(expected).Span;

    private ReadOnlyMemory<byte> Memory(PacketKind expected)
    {
        Wait();
        if (_kind == PacketKind.Status)
            ThrowUnlessOk(expected);
        if (_kind == expected)
            return _body.AsMemory(0, _length);
        var broken = new ProtocolException($"The server answered with {_kind} where {expected} was due.");
        session.Lose(SessionFailures.Broken(broken));
        throw broken;
    }

    private bool IsEnd()
    {
        Wait();
        return _kind == PacketKind.Status && StatusOf(out _) == StatusCode.EndOfFile;
    }

    private void Wait()
    {
        _arrived.Wait();
        session.NoteWait(id);
        if (_lost is { } lost)
            throw SessionFailures.Again(lost);
    }

    private void ThrowUnlessOk(PacketKind expected)
    {
        var code = StatusOf(out var text);
        if (code is StatusCode.NoConnection or StatusCode.ConnectionLost)
            session.Lose(SessionFailures.Broken(new StatusException(code, text)));
        if (code != StatusCode.Ok || expected != PacketKind.Status)
            throw new StatusException(code, text);
    }

    private StatusCode StatusOf(out string text)
    {
        var reader = new PacketReader(_body.AsSpan(0, _length));
        var code = (StatusCode)reader.UInt32();
        text = reader.IsAtEnd ? "" : PathRules.Printable(Encoding.UTF8.GetString(reader.Bytes()));
        return code;
    }
}
