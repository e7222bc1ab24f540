using System.Text;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Tests;

/// <summary>Replacing on a server without a replacing rename, when it goes wrong halfway.</summary>
public sealed class PlainServerTests(SshServer server)
{
    [Fact]
    public void A_failed_replacement_puts_the_old_content_back()
    {
        using var backend = Backend(t => t.SpoilNext());
        Assert.ThrowsAny<RemoteStoreException>(() => backend.Write("f", "new"u8.ToArray(), WriteOptions.Replace));
        Assert.Equal("old", Encoding.UTF8.GetString(backend.ReadBytes("f")));
        Assert.Equal(["f"], Names(backend));
    }

    [Fact]
    public void A_connection_that_dies_in_a_replacement_leaves_the_old_content_as_a_backup()
    {
        using var backend = Backend(t => t.Kill());
        Assert.Throws<BackendUnavailableException>(() => backend.Write("f", "new"u8.ToArray(), WriteOptions.Replace));
        var backup = Assert.Single(Names(backend), n => n.StartsWith(".~bak.f.", StringComparison.Ordinal));
        Assert.Equal("old", File.ReadAllText(Path.Combine(backend.NativePath(""), backup)));
        Assert.Empty(backend.List(""));
        backend.Write("f", "again"u8.ToArray());
    }

    [Fact]
    public void A_move_that_cannot_replace_leaves_both_files()
    {
        using var backend = Backend(t => t.SpoilNext());
        backend.Write("g", "source"u8.ToArray());
        Assert.ThrowsAny<RemoteStoreException>(() => backend.Move("g", "f", MoveCopyOptions.Replace));
        Assert.Equal("old", Encoding.UTF8.GetString(backend.ReadBytes("f")));
        Assert.Equal("source", Encoding.UTF8.GetString(backend.ReadBytes("g")));
    }

    [Fact]
    public void Create_only_is_refused_before_any_byte_moves()
    {
        var program = server.Require().SftpServer;
        using var backend = new SftpBackend(server.Options, () => new PipeTransport(program, "hardlink"), TimeProvider.System);
        Assert.True(backend.Capabilities.Supports(Capability.CreateOnly));
        Assert.Throws<CapabilityNotSupportedException>(() => backend.Write("f", new byte[1], WriteOptions.CreateOnly));
        Assert.False(backend.Capabilities.Supports(Capability.CreateOnly));
        Assert.Empty(Names(backend));
    }

    private static IEnumerable<string> Names(SftpBackend backend) =>
        Directory.GetFileSystemEntries(backend.NativePath("")).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal);

    /// <summary>A backend with a file, whose next replacement is interfered with once the old file has stepped aside.</summary>
    private SftpBackend Backend(Action<MeddlingTransport> meddle)
    {
        var program = server.Require().SftpServer;
        var backend = new SftpBackend(
            server.Options with
            {
                MaxSessions = 1,
            },
            () => new MeddlingTransport(new PipeTransport(program, "posix-rename", "hardlink"), meddle),
            TimeProvider.System
        );
        backend.Write("f", "old"u8.ToArray());
        return backend;
    }

    /// <summary>Sees the requests and can spoil one.</summary>
    private sealed class MeddlingTransport : ISessionTransport
    {
        private readonly PipeTransport _inner;
        private readonly RequestStream _output;

        internal MeddlingTransport(PipeTransport inner, Action<MeddlingTransport> meddle)
        {
            _inner = inner;
            _output = new RequestStream(inner.Output, () => meddle(this));
        }

        public Stream Input => _inner.Input;

        public Stream Output => _output;

        public void SpoilNext() => _output.Spoils = true;

        public void Begun() => _inner.Begun();

        public void Kill() => _inner.Kill();

        public SessionLostException Explain(bool connected) => _inner.Explain(connected);

        public void Dispose() => _inner.Dispose();
    }

    /// <summary>Calls back after the request by which a file steps aside; every request comes in one write.</summary>
    private sealed class RequestStream(Stream inner, Action stoodAside) : MemoryStream
    {
        private bool _aside;

        internal bool Spoils { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var request = buffer.ToArray();
            var isRename = request.Length > 5 && request[4] == (byte)PacketKind.Rename;
            if (isRename && _aside)
            {
                _aside = false;
                stoodAside();
            }
            else if (isRename && Encoding.UTF8.GetString(request).Contains("/.~bak.", StringComparison.Ordinal))
            {
                _aside = true;
            }

            if (Spoils)
            {
                Spoils = false;
                // The last letter of the first name: there is no such file.
                request[13 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(9)) - 1] = (byte)'!';
            }

            inner.Write(request);
        }

        public override void Flush() => inner.Flush();
    }
}
