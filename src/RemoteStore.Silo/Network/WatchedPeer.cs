using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using RemoteStore.Grains;
using RemoteStore.Ownership;

namespace RemoteStore.Silo;

/// <summary>
/// One connection of an Orleans port, whose bytes pass unchanged. Its first message identifies the peer; the others follow.
/// </summary>
internal sealed class WatchedPeer : IDuplexPipe, IDisposable
{
    private const int FrameHeader = 8;

    // Small messages are not counted: the limit of connections bounds their number.
    private const int Uncounted = 64 * 1024;
    private readonly ConnectionContext _connection;
    private readonly string _port;
    private readonly PeerAddress _address;
    private readonly ConnectionLimits _limits;
    private readonly int _maxMessage;
    private readonly ContentBudget _budget;
    private readonly PeerLog _log;
    private readonly TimeProvider _clock;
    private readonly long _opened;
    private readonly Lock _lock = new();
    private long _charged;
    private long _unfinishedSince;
    private long _blockedSince;
    private bool _isKnown;
    private bool _isEnded;

    internal WatchedPeer(
        ConnectionContext connection,
        string port,
        PeerAddress address,
        ConnectionLimits limits,
        int maxMessage,
        ContentBudget budget,
        PeerLog log,
        TimeProvider clock
    )
    {
        (_connection, _port, _address, _limits, _maxMessage) = (connection, port, address, limits, maxMessage);
        (_budget, _log, _clock, _opened) = (budget, log, clock, clock.GetTimestamp());
        Input = new WatchedReader(connection.Transport.Input, this);
        Output = new WatchedWriter(connection.Transport.Output, this);
        connection.Transport = this;
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public void Dispose()
    {
        lock (_lock)
        {
            _isEnded = true;
            Charge(0);
        }
    }

    /// <summary>Ends the connection when it exceeds a timeout.</summary>
    internal void Check()
    {
        var (since, unfinished, blocked) = (_opened, Volatile.Read(ref _unfinishedSince), Volatile.Read(ref _blockedSince));
        if (!Volatile.Read(ref _isKnown) && _clock.GetElapsedTime(since) > _limits.HandshakeTime)
            End("no handshake in time");
        else if (unfinished != 0 && _clock.GetElapsedTime(unfinished) > _limits.MessageTime)
            End("no complete message in time");
        else if (blocked != 0 && _clock.GetElapsedTime(blocked) > _limits.MessageTime)
            End("responses are not read");
    }

    /// <summary>Whether the received bytes may be used: they begin with a message, which must not be too large.</summary>
    internal bool Accepts(ReadOnlySequence<byte> buffer)
    {
        if (!_isKnown || buffer.Length < FrameHeader)
            return true;
        Span<byte> lengths = stackalloc byte[FrameHeader];
        buffer.Slice(0, FrameHeader).CopyTo(lengths);
        var (header, body) = (BinaryPrimitives.ReadInt32LittleEndian(lengths), BinaryPrimitives.ReadInt32LittleEndian(lengths[4..]));
        if (header > 0 && body >= 0 && header <= MessageLimits.Header && body <= _maxMessage)
            return true;
        End($"the message is malformed, or larger than {_maxMessage} bytes");
        return false;
    }

    /// <summary>Counts the remaining bytes of an unfinished message.</summary>
    internal void Left(long bytes, bool isProgress)
    {
        if (isProgress)
            Volatile.Write(ref _isKnown, true);
        if (bytes == 0)
            Volatile.Write(ref _unfinishedSince, 0);
        else if (isProgress || _unfinishedSince == 0)
            Volatile.Write(ref _unfinishedSince, _clock.GetTimestamp());
        if (bytes <= Uncounted && _charged == 0)
            return;
        bool isFull;
        lock (_lock)
            isFull = !_isEnded && !Charge(bytes <= Uncounted ? 0 : bytes);
        if (isFull)
            End("too many bytes of unfinished messages");
    }

    internal void Blocked(bool isBlocked) => Volatile.Write(ref _blockedSince, isBlocked ? _clock.GetTimestamp() : 0);

    private bool Charge(long bytes)
    {
        var more = bytes - _charged;
        if (more > 0 && (_address.HeldBytes + more > _limits.MaxHeldBytes / 2 || !_budget.TryTake(more)))
            return false;
        if (more < 0)
            _budget.Release(-more);
        _address.Hold(more);
        _charged = bytes;
        return true;
    }

    private void End(string reason)
    {
        _log.Refuse(_port, _address.Address, reason);
        _connection.Abort(new ConnectionAbortedException(reason));
        Input.CancelPendingRead();
        Output.CancelPendingFlush();
    }
}
