using System.Buffers;
using System.Collections.Concurrent;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Sessions;

/// <summary>
/// One SFTP session: any number of threads send requests, a thread of its own receives the replies. It ends once, for
/// whatever reason; then every unanswered request fails.
/// </summary>
internal sealed partial class Session : IDisposable
{
    private readonly ISessionTransport _transport;
    private readonly SessionSettings _settings;
    private readonly PacketInput _input;
    private readonly Lock _sending = new();
    private readonly ConcurrentDictionary<uint, Reply> _pending = new();
    private readonly Reply _version;
    private uint _lastId;
    private uint _covered;
    private volatile SessionLostException? _lost;
    private volatile bool _connected;

    private Session(ISessionTransport transport, SessionSettings settings)
    {
        (_transport, _settings) = (transport, settings);
        _input = new PacketInput(transport.Input);
        _version = new Reply(this, 0, Now);
        _pending[0] = _version;
        _received = Now;
        _watch = StartWatch();
        new Thread(Receive) { IsBackground = true, Name = $"sftp {settings.Name}" }.Start();
    }

    internal ServerFeatures Features { get; private set; } = new(new Dictionary<string, string>());

    internal bool IsLost => _lost is not null;

    /// <summary>Begins a session: versions, then limits, within one time budget that includes the start of the transport.</summary>
    internal static Session Connect(ISessionTransport transport, SessionSettings settings, long startedAt)
    {
        var session = new Session(transport, settings);
        try
        {
            lock (session._sending)
                session.Write(PacketWriter.Init().Seal(null, 0), default);
            session.Features = ServerFeatures.Read(session.Take(session._version, PacketKind.Version, startedAt));
            if (session.Features.HasLimits && session.FindLimits(startedAt) is { } limits)
                session.Features = session.Features.With(limits);
            session._connected = true;
            transport.Begun();
            return session;
        }
        catch (ProtocolException e)
        {
            session.Lose(SessionFailures.Broken(e));
            throw SessionFailures.Again(session._lost!);
        }
        catch (StatusException e)
        {
            session.Lose(SessionFailures.Broken(new ProtocolException("The server refused to begin a session.", e)));
            throw SessionFailures.Again(session._lost!);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request; the returned object waits for the reply. Requests are answered in their order.</summary>
    /// <param name="request">The request.</param>
    /// <param name="payload">Bytes that follow it; may be reused when this returns.</param>
    internal Reply Send(PacketWriter request, ReadOnlySpan<byte> payload = default)
    {
        lock (_sending)
        {
            ThrowIfLost();
            var id = ++_lastId == 0 ? ++_lastId : _lastId;
            var reply = new Reply(this, id, Now, request);
            _pending[id] = reply;
            _settings.Counters.CountRequest();
            Write(request.Seal(id, payload.Length), payload);
            // The thread that ends the session fails all pending requests that it finds; this one may have been added too late to be found.
            if (_lost is { } lost && _pending.TryRemove(id, out _))
                reply.Fail(lost);
            return reply;
        }
    }

    /// <summary>Sends a request whose reply is not needed, such as closing a handle; does nothing on a lost session.</summary>
    internal void SendAndForget(PacketWriter request)
    {
        try
        {
            if (!IsLost)
                Send(request);
        }
        catch (SessionLostException)
        {
            // A handle ends with its session.
        }
    }

    /// <summary>Counts a round trip, unless the previous wait covered it: all requests sent until then share one round trip.</summary>
    internal void NoteWait(uint id)
    {
        if (id <= _covered)
            return;
        _covered = _lastId;
        _settings.Counters.CountRoundTrip();
    }

    /// <summary>Ends the session. The first reason is kept.</summary>
    internal void Lose(SessionLostException reason)
    {
        if (Interlocked.CompareExchange(ref _lost, reason, null) is not null)
            return;
        _watch?.Dispose();
        _transport.Kill();
        if (reason.Code != "Closed")
            SessionLog.Lost(_settings.Logger, _settings.Name, reason.Code, reason.Message, reason.Words);
        foreach (var id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out var reply))
                reply.Fail(reason);
        }
    }

    public void Dispose()
    {
        Lose(SessionFailures.Closed());
        Release();
    }

    /// <summary>
    /// Never while a request is sent: a .NET pipe that is disposed during its first write can block the writer
    /// indefinitely. The session is lost and its transport killed, so a running write fails soon.
    /// </summary>
    private void Release()
    {
        lock (_sending)
            _transport.Dispose();
    }

    private void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> payload)
    {
        try
        {
            _writingSince = Now;
            _transport.Output.Write(head);
            if (!payload.IsEmpty)
                _transport.Output.Write(payload);
            _transport.Output.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader knows the best reason: it receives the last output of the transport.
            _readerEnded.Wait(_settings.LastWords);
            Lose(new SessionLostException("The connection was lost while a request was sent.", e));
            ThrowIfLost();
        }
        finally
        {
            _writingSince = 0;
        }
    }

    private void ThrowIfLost()
    {
        if (_lost is { } lost)
            throw SessionFailures.Again(lost);
    }

    private void Receive()
    {
        try
        {
            while (_input.TryReadHead(out var kind, out var length))
                Receive(kind, length);
            Lose(_transport.Explain(_connected));
        }
        catch (ProtocolException e)
        {
            Lose(SessionFailures.Broken(e));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Lose(_lost ?? _transport.Explain(_connected));
        }
        catch (Exception e)
        {
            // This is a dedicated thread: an unexpected exception must end this session and not the process.
            Lose(new SessionLostException("The session ended with an unexpected error.", e) { Code = SftpErrorCodes.SessionLost });
        }
        finally
        {
            _readerEnded.Set();
            _transport.Input.Dispose();
            Release();
        }
    }

    private void Receive(PacketKind kind, int length)
    {
        var isVersion = kind == PacketKind.Version;
        if (!isVersion && length < sizeof(uint))
            throw new ProtocolException("The server sent a packet without an id.");
        var id = isVersion ? 0 : _input.ReadUInt32();
        // No request has the id 0; the version is pending under it.
        if ((id == 0 && !isVersion) || !_pending.TryGetValue(id, out var reply))
            throw new ProtocolException("Unexpected SFTP reply: its id belongs to no pending request.");
        var size = kind == PacketKind.Data ? DataSize(length, reply.MaxData) : length - (isVersion ? 0 : sizeof(uint));
        var body =
            kind == PacketKind.Data && size > 0 ? ArrayPool<byte>.Shared.Rent(size)
            : size == 0 ? []
            : new byte[size];
        _input.ReadExactly(body.AsSpan(0, size));
        _received = Now;
        // It stays pending until here, so that it fails with the session when its packet is incomplete.
        if (_pending.TryRemove(id, out _))
            reply.Complete(kind, body, size);
    }

    private int DataSize(int length, int most)
    {
        const int Head = 2 * sizeof(uint);
        if (length < Head || _input.ReadUInt32() is var size && size != length - Head)
            throw new ProtocolException("Unexpected SFTP reply: the lengths of a data packet are inconsistent.");
        return length - Head <= most
            ? length - Head
            : throw new ProtocolException($"Unexpected SFTP reply: {length - Head} bytes of data instead of at most {most}.");
    }

    /// <summary>The reply to the request for limits; null when the server refuses it although it offers the extension.</summary>
    private byte[]? FindLimits(long startedAt)
    {
        try
        {
            return Take(Send(Requests.Limits()), PacketKind.ExtendedReply, startedAt);
        }
        catch (StatusException)
        {
            return null;
        }
    }
}
