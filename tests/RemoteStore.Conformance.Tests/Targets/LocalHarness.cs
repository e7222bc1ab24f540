using RemoteStore.Local;

namespace RemoteStore.Conformance.Tests;

/// <summary>The local disk: a new folder for each backend, gone with the test; in memory where there is a disk in memory.</summary>
internal sealed class LocalHarness(string name, Func<Backend, AsyncBackend> face, Func<LocalRoot, LocalFiles>? files = null)
    : BackendHarness
{
    private readonly string _folder = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        "remotestore-kit-" + Guid.NewGuid().ToString("N")[..12]
    );

    private int _count;

    public override string Name => name;

    public override ValueTask<AsyncBackend> CreateAsync()
    {
        var root = Path.Combine(_folder, $"{Interlocked.Increment(ref _count)}");
        return new(face(new LocalBackend(new LocalBackendOptions { Root = root }, files ?? LocalFiles.Choose, TimeProvider.System)));
    }

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return base.DisposeAsync();
    }
}
