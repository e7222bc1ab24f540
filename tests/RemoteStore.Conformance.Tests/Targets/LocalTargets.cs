using RemoteStore.Local;

namespace RemoteStore.Conformance.Tests;

public sealed class LocalTarget() : BackendConformance(Targets.Local());

public sealed class LocalPortableTarget() : BackendConformance(Targets.LocalPortable());

/// <summary>A local backend over a new folder, in memory where there is a disk in memory; the folder goes with the harness.</summary>
internal sealed class LocalHarness(string name, Func<LocalRoot, LocalFiles> files) : BackendHarness
{
    private readonly string _folder = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "remotestore-kit-" + Guid.NewGuid().ToString("N")[..12]);

    private int _count;

    public override string Name => name;

    public override ValueTask<AsyncBackend> CreateAsync()
    {
        var root = Path.Combine(_folder, $"{Interlocked.Increment(ref _count)}");
        return new(new SyncFaceBackend(new LocalBackend(new LocalBackendOptions { Root = root }, files, TimeProvider.System)));
    }

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return base.DisposeAsync();
    }
}
