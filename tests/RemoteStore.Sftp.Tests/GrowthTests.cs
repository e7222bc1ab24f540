using Microsoft.Extensions.Time.Testing;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>A loaded session, next to which no other one can be opened.</summary>
public sealed class GrowthTests(SshServer server)
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly WarningLog _log = new();
    private int _started;

    [Fact]
    public async Task A_further_session_is_retried_with_growing_pauses()
    {
        using var backend = new SftpBackend(server.Require().Options with { MaxSessions = 2 }, Start, _clock, _log);
        using var load = backend.OpenAtomic("loaded");
        var pause = TimeSpan.FromSeconds(1);
        for (var attempts = 1; attempts <= 8; attempts++)
        {
            backend.GetKind("f");
            Assert.Contains($" {pause:c}:", await _log.NextAsync(), StringComparison.Ordinal);
            _clock.Advance(pause - TimeSpan.FromMilliseconds(1));
            for (var calls = 0; calls < 10; calls++)
                backend.GetKind("f");
            Assert.Equal(1 + attempts, Volatile.Read(ref _started));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            pause = pause * 2 < TimeSpan.FromMinutes(1) ? pause * 2 : TimeSpan.FromMinutes(1);
        }
    }

    private PipeTransport Start() =>
        Interlocked.Increment(ref _started) == 1
            ? new PipeTransport(server.SftpServer)
            : throw new SessionLostException("There is no room for another one.");
}
