using RemoteStore.Conformance;

namespace RemoteStore.Sftp.Tests;

/// <summary>Through SSH, called directly.</summary>
public sealed class SftpTarget(SshServer server) : BackendConformance(new SshHarness(server, bridged: false));

/// <summary>Through SSH, behind the bridge for async callers.</summary>
public sealed class SftpBridgedTarget(SshServer server) : BackendConformance(new SshHarness(server, bridged: true));

/// <summary>The server program itself, with all it offers.</summary>
public sealed class SftpPipeTarget(SshServer server) : BackendConformance(new PipeHarness(server, "sftp-pipe"));

/// <summary>The same without any extension: what every server of version 3 can do.</summary>
public sealed class SftpPlainTarget(SshServer server)
    : BackendConformance(new PipeHarness(server, "sftp-plain", "posix-rename", "hardlink", "fsync", "limits", "copy-data"));

internal sealed class SshHarness(SshServer server, bool bridged) : BackendHarness
{
    public override string Name => bridged ? "sftp-bridged" : "sftp";

    // Every backend of these is a connection of its own.
    public override int ModelRuns => 4;

    public override ValueTask<AsyncBackend> CreateAsync() => new(Wrapped(new SftpBackend(server.Require().Options)));

    public override ValueTask<AsyncBackend?> CreateDeniedAsync() =>
        new(Wrapped(new SftpBackend(server.Require().Options with { PrivateKeyFile = Path.Combine(server.Folder, "host_key") })));

    private AsyncBackend Wrapped(Backend backend) => bridged ? new SyncBackendAdapter(backend) : new SyncFaceBackend(backend);
}

internal sealed class PipeHarness(SshServer server, string name, params string[] withoutRequests) : BackendHarness
{
    public override string Name => name;

    public override ValueTask<AsyncBackend> CreateAsync()
    {
        var program = server.Require().SftpServer;
        return new(new SyncFaceBackend(new SftpBackend(
            server.Options, () => new PipeTransport(program, withoutRequests), TimeProvider.System)));
    }
}
