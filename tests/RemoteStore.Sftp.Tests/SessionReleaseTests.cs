using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// A client that ends while the first request goes out. A pipe of .NET that one thread disposes just when another one first writes to it
/// can leave the writer waiting indefinitely.
/// </summary>
public sealed class SessionReleaseTests
{
    [Fact]
    public void The_transport_is_not_disposed_while_a_request_is_sent()
    {
        var transport = new EndingTransport();
        using var backend = new SftpBackend(
            new SftpBackendOptions { Host = "127.0.0.1", User = "nobody" },
            () => transport,
            TimeProvider.System
        );
        Assert.Throws<BackendUnavailableException>(() => backend.GetKind("f"));
        Assert.False(transport.DisposedInWrite);
        Assert.True(transport.Disposed.Wait(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void All_pipes_of_a_client_that_ended_are_closed()
    {
        var options = new SftpBackendOptions
        {
            Host = "127.0.0.1",
            User = "nobody",
            SshCommand = "true",
        };
        var ssh = SshTransport.Connect(options);
        var transport = new NotingTransport(ssh);
        using var backend = new SftpBackend(options, () => transport, TimeProvider.System);
        Assert.Throws<BackendUnavailableException>(() => backend.GetKind("f"));
        Assert.True(transport.Disposed.Wait(TimeSpan.FromSeconds(30)));
        Assert.Throws<ObjectDisposedException>(() => ssh.Output.WriteByte(0));
        Assert.True(transport.InputDisposed.Wait(TimeSpan.FromSeconds(30)));
        Assert.Throws<ObjectDisposedException>(() => ssh.Input.ReadByte());
        // It waits until nobody listens to the client any longer.
        Assert.NotNull(ssh.Explain(connected: true));
        Assert.Throws<ObjectDisposedException>(() => ssh.Errors.ReadByte());
    }

    /// <summary>Reports when it was disposed, and its input.</summary>
    private sealed class NotingTransport(SshTransport inner) : ISessionTransport
    {
        public Signal Disposed { get; } = new();

        public Signal InputDisposed { get; } = new();

        public Stream Input => field ??= new NotingStream(inner.Input, InputDisposed);

        public Stream Output => inner.Output;

        public void Begun() => inner.Begun();

        public void Kill() => inner.Kill();

        public SessionLostException Explain(bool connected) => inner.Explain(connected);

        public void Dispose()
        {
            inner.Dispose();
            Disposed.Set();
        }

        private sealed class NotingStream(Stream inner, Signal disposed) : MemoryStream
        {
            public override int Read(Span<byte> buffer) => inner.Read(buffer);

            protected override void Dispose(bool disposing)
            {
                inner.Dispose();
                base.Dispose(disposing);
                disposed.Set();
            }
        }
    }

    /// <summary>
    /// Its input ends when the first write has begun, and that write ends only when anyone who would dispose has had the time to.
    /// </summary>
    private sealed class EndingTransport : ISessionTransport
    {
        private readonly Signal _writing = new();
        private readonly Signal _killed = new();

        public EndingTransport() => (Input, Output) = (new InputThatEnds(this), new SlowOutput(this));

        public Signal Disposed { get; } = new();

        public bool DisposedInWrite { get; private set; }

        public Stream Input { get; }

        public Stream Output { get; }

        public void Begun() { }

        public void Kill() => _killed.Set();

        public SessionLostException Explain(bool connected) => new("It has ended.");

        public void Dispose() => Disposed.Set();

        private sealed class InputThatEnds(EndingTransport transport) : MemoryStream
        {
            public override int Read(Span<byte> buffer)
            {
                transport._writing.Wait();
                return 0;
            }
        }

        private sealed class SlowOutput(EndingTransport transport) : MemoryStream
        {
            public override void Write(ReadOnlySpan<byte> buffer)
            {
                transport._writing.Set();
                transport._killed.Wait();
                transport.DisposedInWrite |= transport.Disposed.Wait(TimeSpan.FromMilliseconds(200));
            }
        }
    }
}
