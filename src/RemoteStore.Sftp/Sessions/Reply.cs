using System.Buffers;
using System.Text;
using RemoteStore.Sftp.Io;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>The reply to one request, once it has arrived. One thread waits for it, and reads it once.</summary>
internal sealed class Reply(Session session, uint id, long sentAt, PacketWriter? request = null)
{
    // Section 3 of the draft; OpenSSH's have 4 bytes.
    private const int MaxHandle = 256;

    private readonly Signal _arrived = new();
    private PacketKind _kind;
    private byte[] _body = [];
    private int _length;
    private SessionLostException? _lost;

    internal long SentAt => sentAt;

    /// <summary>The largest number of data bytes in the reply.</summary>
    internal int MaxData { get; } = request?.MaxData ?? 0;

    private readonly bool _neededRoom = request?.NeedsRoom ?? false;

    /// <summary>Expects a success without data.</summary>
    internal void Done() => Body(PacketKind.Status);

    /// <summary>Expects a success; returns the refusal otherwise.</summary>
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

    /// <summary>The text of a symbolic link; null when the link does not exist.</summary>
    internal string? LinkText()
    {
        try
        {
            return Parsed(PacketKind.Names, static body => LinkTextIn(body.Span));
        }
        catch (StatusException)
        {
            return null;
        }
    }

    internal byte[] Handle() => Parsed(PacketKind.Handle, static body => HandleIn(body.Span));

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

    internal SftpAttributes Attributes() =>
        Parsed(
            PacketKind.Attributes,
            static body =>
            {
                var reader = new PacketReader(body.Span);
                return SftpAttributes.Read(ref reader);
            }
        );

    /// <summary>The attributes; null when the file does not exist.</summary>
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
    internal ListedNames? Names() => IsEnd() ? null : Parsed(PacketKind.Names, static body => ListedNames.Read(body));

    /// <summary>Ends the session because of a reply that violates the protocol.</summary>
    internal ProtocolException Reject(ProtocolException broken)
    {
        session.Lose(SessionFailures.Broken(broken));
        return broken;
    }

    /// <summary>Expects a reply within the remaining time for connecting.</summary>
    internal byte[] Within(TimeSpan left, TimeSpan budget, PacketKind kind)
    {
        if (!_arrived.Wait(left))
            session.Lose(SessionFailures.ConnectTimedOut(budget));
        return Body(kind).ToArray();
    }

    /// <summary>The bytes of a read; empty at the end of the file. Valid until <see cref="Release"/>.</summary>
    internal ReadOnlyMemory<byte> Data() => IsEnd() ? default : Memory(PacketKind.Data);

    /// <summary>Returns the buffer. No part of the reply may be used afterwards.</summary>
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

    private T Parsed<T>(PacketKind expected, Func<ReadOnlyMemory<byte>, T> parse) => Checked(Memory(expected), parse);

    private T Checked<T>(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T> parse)
    {
        try
        {
            return parse(body);
        }
        catch (ProtocolException e)
        {
            throw Reject(e);
        }
    }

    private static string LinkTextIn(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        return reader.UInt32() == 1
            ? Encoding.UTF8.GetString(reader.Bytes())
            : throw new ProtocolException("Unexpected SFTP reply: the server sent no text, or several texts, of one link.");
    }

    private static byte[] HandleIn(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        var handle = reader.Bytes();
        return handle.Length <= MaxHandle
            ? handle.ToArray()
            : throw new ProtocolException($"Unexpected SFTP reply: a handle must have at most {MaxHandle} bytes (was {handle.Length}).");
    }

    private ReadOnlyMemory<byte> Memory(PacketKind expected)
    {
        Wait();
        if (_kind == PacketKind.Status)
            ThrowUnlessOk(expected);
        if (_kind == expected)
            return _body.AsMemory(0, _length);
        throw Reject(new ProtocolException($"Unexpected SFTP reply: expected {expected}, got {_kind}."));
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
            throw Reject(new ProtocolException("The server reported that its connection was lost."));
        if (code != StatusCode.Ok)
            throw new StatusException(code, text, _neededRoom);
        if (expected != PacketKind.Status)
            throw Reject(new ProtocolException($"Unexpected SFTP reply: expected {expected}, got a success."));
    }

    private StatusCode StatusOf(out string text)
    {
        (var code, text) = Checked(
            _body.AsMemory(0, _length),
            static body =>
            {
                var reader = new PacketReader(body.Span);
                return ((StatusCode)reader.UInt32(), reader.IsAtEnd ? "" : PathRules.Printable(Encoding.UTF8.GetString(reader.Bytes())));
            }
        );
        return code;
    }
}
