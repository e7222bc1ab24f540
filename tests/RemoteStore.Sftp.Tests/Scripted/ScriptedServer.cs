using System.Buffers.Binary;
using System.Collections.Concurrent;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// An SFTP server in memory. It answers each request honestly from its <see cref="ScriptedFiles"/>; a test may replace any answer before it
/// is sent. Requests are answered in order, on the thread that sends them.
/// </summary>
/// <param name="files">The files of the server.</param>
/// <param name="tamper">Gets the request and the honest answer, and returns the bytes to send; null for honest answers.</param>
internal sealed class ScriptedServer(ScriptedFiles files, Func<ScriptedRequest, byte[], byte[]>? tamper = null) : ISessionTransport
{
    private readonly BlockingCollection<byte[]> _answers = [];

    public Stream Input => field ??= new AnswerStream(_answers);

    public Stream Output => field ??= new RequestStream(Answer);

    public static SftpBackend Backend(
        ScriptedFiles files,
        Func<ScriptedRequest, byte[], byte[]>? tamper = null,
        Func<SftpBackendOptions, SftpBackendOptions>? change = null,
        Microsoft.Extensions.Logging.ILogger? logger = null
    )
    {
        var options = new SftpBackendOptions
        {
            Host = "scripted",
            User = "user",
            Root = ScriptedFiles.Root,
            MaxSessions = 1,
        };
        return new SftpBackend(change?.Invoke(options) ?? options, () => new ScriptedServer(files, tamper), TimeProvider.System, logger);
    }

    public void Begun() { }

    public void Kill() => _answers.CompleteAdding();

    public SessionLostException Explain(bool connected) => new("The scripted server has ended.") { NeverConnected = !connected };

    public void Dispose() => Kill();

    private void Answer(ScriptedRequest request)
    {
        var honest = files.Answer(request);
        try
        {
            _answers.Add(tamper is null ? honest : tamper(request, honest));
        }
        catch (InvalidOperationException)
        {
            throw new IOException("The session was ended.");
        }
    }

    /// <summary>Collects the bytes of requests, and passes each on when it is complete.</summary>
    private sealed class RequestStream(Action<ScriptedRequest> received) : MemoryStream
    {
        private readonly List<byte> _bytes = [];

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _bytes.AddRange(buffer);
            while (
                _bytes.Count >= sizeof(uint)
                && BinaryPrimitives.ReadInt32BigEndian(_bytes.Take(sizeof(uint)).ToArray()) + sizeof(uint) is var total
                && _bytes.Count >= total
            )
            {
                var packet = _bytes.Take(total).ToArray();
                _bytes.RemoveRange(0, total);
                received(new ScriptedRequest((PacketKind)packet[4], BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(5)), packet[9..]));
            }
        }

        public override void Flush() { }
    }

    /// <summary>The answers as a stream that waits for the next one.</summary>
    private sealed class AnswerStream(BlockingCollection<byte[]> answers) : MemoryStream
    {
        private ReadOnlyMemory<byte> _rest;

        public override int Read(Span<byte> buffer)
        {
            while (_rest.IsEmpty)
            {
                if (!answers.TryTake(out var next, Timeout.Infinite))
                    return 0;
                _rest = next;
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }
    }
}
