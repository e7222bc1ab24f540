using RemoteStore.Conformance;

namespace RemoteStore.Sftp.Tests;

/// <summary>Two owners of one path over the real server.</summary>
public sealed class TwinTests(SshServer server) : FenceConformance
{
    protected override ValueTask<(AsyncBackend Late, AsyncBackend Other)> OpenTwinsAsync(Func<Task> hold)
    {
        var options = server.Require().Options;
        return new((Holding(new SyncBackendAdapter(new SftpBackend(options)), hold), new SyncBackendAdapter(new SftpBackend(options))));
    }
}
