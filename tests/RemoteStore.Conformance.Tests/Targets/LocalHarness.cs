namespace RemoteStore.Conformance.Tests;

/// <summary>The local disk: a new folder for each backend, gone with the test. Nothing is synced, for the sake of time.</summary>
internal sealed class LocalHarness(string name, Func<Backend, AsyncBackend> face) : BackendHarness
{
    private readonly List<DirectoryInfo> _folders = [];

    public override string Name => name;

    public override ValueTask<AsyncBackend> CreateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("remotestore-");
        _folders.Add(folder);
        return new(face(new LocalBackend(new LocalBackendOptions { Root = folder.FullName, Durable = false })));
    }

    public override ValueTask DisposeAsync()
    {
        _folders.ForEach(f => f.Delete(recursive: true));
        return base.DisposeAsync();
    }
}
