using System.Diagnostics;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// What callers see of connections that break, stall or never come about. Times are bounded coarsely: once, and not twice or indefinitely.
/// </summary>
public sealed class LostSessionTests(SshServer server)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);

    [Fact]
    public void A_broken_connection_fails_the_call_and_the_next_one_connects_again()
    {
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        using var backend = new SftpBackend(server.Options with { Port = proxy.Port, MaxSessions = 1 });
        backend.Write("f", new byte[3_000_000]);
        using (var stream = backend.Read("f"))
        {
            Assert.Equal(1, stream.Read(new byte[1]));
            proxy.Cut();
            Assert.Throws<BackendUnavailableException>(() => stream.CopyTo(System.IO.Stream.Null));
        }

        Assert.Equal(3_000_000, backend.GetFileInfo("f").Size);
        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public void A_silent_server_fails_the_operation_once_and_in_one_timeout()
    {
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        using var backend = new SftpBackend(server.Options with { Port = proxy.Port, RequestTimeout = Timeout, MaxSessions = 1 });
        using var writer = Filled(backend);
        proxy.Freeze();
        var took = Took(() =>
            Assert.Equal(SftpErrorCodes.RequestTimeout, Assert.Throws<BackendUnavailableException>(() => writer.Commit()).Code)
        );
        Assert.InRange(took, Timeout * 0.9, Timeout * 1.9);
        Assert.Equal(1, proxy.Connections);
        proxy.Thaw();
        backend.Write("after", new byte[1]);
        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public void A_stream_of_a_lost_session_closes_without_waiting()
    {
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        using var backend = new SftpBackend(server.Options with { Port = proxy.Port, RequestTimeout = Timeout });
        backend.Write("f", new byte[3_000_000]);
        var stream = backend.Read("f");
        proxy.Freeze();
        Assert.Throws<BackendUnavailableException>(() => stream.CopyTo(System.IO.Stream.Null));
        Assert.InRange(Took(stream.Dispose), TimeSpan.Zero, Timeout / 2);
    }

    [Fact]
    public void An_upload_into_a_stalled_connection_ends_too()
    {
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        using var backend = new SftpBackend(
            server.Options with
            {
                Port = proxy.Port,
                RequestTimeout = Timeout,
                MaxBytesInFlight = 64 * 1024 * 1024,
            }
        );
        using var writer = Filled(backend);
        proxy.Freeze();
        // More than all buffers on the way take, so that the sender is stuck in its write and waits for no answer.
        Assert.Throws<BackendUnavailableException>(() => writer.Write(new byte[48_000_000]));
    }

    [Fact]
    public void A_server_that_never_answers_costs_one_connect_budget_whatever_the_operation()
    {
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        proxy.Freeze();
        using var backend = new SftpBackend(server.Options with { Port = proxy.Port, ConnectTimeout = Timeout });
        Action[] operations =
        [
            () => backend.Read("f"),
            () => backend.ReadBytes("a/f"),
            () => backend.Delete("f"),
            () => backend.Write("a/b/f", new byte[1]),
            () => backend.Move("f", "g"),
            () => Assert.Empty(backend.List("a")),
            () => backend.DeleteFolder("a"),
            () => backend.GetKind("f"),
        ];
        for (var i = 0; i < operations.Length; i++)
        {
            var took = Took(() => Assert.Throws<BackendUnavailableException>(operations[i]));
            Assert.InRange(took, TimeSpan.Zero, Timeout * 1.9);
            Assert.Equal(i + 1, proxy.Connections);
        }
    }

    [Fact]
    public void A_login_that_takes_longer_than_an_answer_may_ends_by_the_time_for_connecting()
    {
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        proxy.Freeze();
        using var backend = new SftpBackend(
            server.Options with
            {
                Port = proxy.Port,
                ConnectTimeout = Timeout,
                RequestTimeout = Timeout / 5,
            }
        );
        var error = Assert.Throws<BackendUnavailableException>(() => backend.GetKind("f"));
        Assert.Equal(SftpErrorCodes.ConnectTimeout, error.Code);
    }

    [Fact]
    public void A_refused_connection_says_so_and_was_never_executed()
    {
        using var backend = new SftpBackend(server.Require().Options with { Port = FreePorts.Next() });
        var error = Assert.Throws<BackendUnavailableException>(() => backend.Write("f", new byte[1]));
        Assert.Equal(SftpErrorCodes.ConnectionRefused, error.Code);
        Assert.True(error.IsTransient && error.RefusedBeforeExecution);
    }

    [Fact]
    public void A_missing_client_says_so()
    {
        using var backend = new SftpBackend(server.Require().Options with { SshCommand = "/no/such/ssh" });
        var error = Assert.Throws<BackendUnavailableException>(() => backend.GetKind("f"));
        Assert.Equal(SftpErrorCodes.NoSshClient, error.Code);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Callers_who_wait_for_one_connection_share_it_and_its_failure()
    {
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        proxy.Freeze();
        using var backend = new SftpBackend(server.Options with { Port = proxy.Port, ConnectTimeout = Timeout });
        var calls = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Factory.StartNew(
                    () => Record.Exception(() => backend.GetKind("f")),
                    TestContext.Current.CancellationToken,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            );
        var errors = await Task.WhenAll(calls.ToArray());
        Assert.All(errors, e => Assert.IsType<BackendUnavailableException>(e));
        Assert.InRange(proxy.Connections, 1, 2);
    }

    [Fact]
    public void A_closed_backend_opens_again()
    {
        var backend = new SftpBackend(server.Require().Options);
        backend.Write("f", new byte[1]);
        backend.Close();
        Assert.Equal(1, backend.GetFileInfo("f").Size);
        backend.Close();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Welcome to this machine!\n")]
    [InlineData("\0\0\0\u0005\u0065\0\0\0\u0009")]
    [InlineData("\0\0\0\u0002\u0002\0")]
    public void A_server_that_breaks_the_protocol_is_unavailable(string bytes)
    {
        using var backend = new SftpBackend(
            server.Require().Options,
            () => new ScriptedTransport(System.Text.Encoding.Latin1.GetBytes(bytes)),
            TimeProvider.System
        );
        Assert.Throws<BackendUnavailableException>(() => backend.GetKind("f"));
        Assert.Throws<BackendUnavailableException>(() => backend.Write("f", new byte[1]));
    }

    [Fact]
    public void A_lost_session_is_warned_of_once()
    {
        var log = new WarningLog();
        using var proxy = new DelayingProxy(server.Require().Port, TimeSpan.Zero);
        using var backend = new SftpBackend(server.Options with { Port = proxy.Port, RequestTimeout = Timeout, MaxSessions = 1 }, log);
        backend.Write("f", new byte[1]);
        proxy.Freeze();
        Assert.Throws<BackendUnavailableException>(() => backend.Write("g", new byte[1]));
        Assert.Single(log.Warnings);
    }

    private static AtomicWriter Filled(SftpBackend backend)
    {
        var writer = backend.OpenAtomic("f", WriteOptions.Replace);
        writer.Write(new byte[1000]);
        return writer;
    }

    private static TimeSpan Took(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Says what it was reported to say, then ends.</summary>
    private sealed class ScriptedTransport(byte[] bytes) : ISessionTransport
    {
        public Stream Input { get; } = new MemoryStream(bytes);

        public Stream Output { get; } = new MemoryStream();

        public void Begun() { }

        public void Kill() { }

        public SessionLostException Explain(bool connected) => new("It has ended.");

        public void Dispose() { }
    }
}
