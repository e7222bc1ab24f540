using RemoteStore.Conformance;

namespace RemoteStore.Sftp.Tests;

/// <summary>Through SSH, behind the bridge for async callers, as a silo uses it.</summary>
public sealed class SftpBridgedTarget(SshServer server) : BackendConformance(new SshHarness(server));

/// <summary>The server program itself, with all it offers, called directly.</summary>
public sealed class SftpTarget(SshServer server) : BackendConformance(new PipeHarness(server, "sftp"));

/// <summary>The same without any extension: what every server of version 3 can do.</summary>
public sealed class SftpPlainTarget(SshServer server)
    : BackendConformance(new PipeHarness(server, "sftp-plain", "posix-rename", "hardlink", "fsync", "limits", "copy-data"));

internal sealed class SshHarness(SshServer server) : BackendHarness
{
    public override string Name => "sftp-bridged";

    // Every backend of these is a connection of its own.
    public override int ModelRuns => 4;

    public override ValueTask<AsyncBackend> CreateAsync() => new(new SyncBackendAdapter(new SftpBackend(server.Require().Options)));

    public override ValueTask<AsyncBackend?> CreateDeniedAsync() =>
        new(
            new SyncBackendAdapter(
                new SftpBackend(server.Require().Options with { PrivateKeyFile = Path.Combine(server.Folder, "host_key") })
            )
        );
}

internal sealed class PipeHarness(SshServer server, string name, params string[] withoutRequests) : BackendHarness
{
    public override string Name => name;

    public override bool HasReplacementGap => withoutRequests.Contains("posix-rename");

    public override ValueTask<AsyncBackend> CreateAsync()
    {
        var program = server.Require().SftpServer;
        var backend = new SftpBackend(server.Options, () => new PipeTransport(program, withoutRequests), TimeProvider.System);
        // What the server cannot do is known, and no longer declared, once there is a session.
        backend.CheckHealth();
        return new(new SyncFaceBackend(backend));
    }
}
