namespace RemoteStore.Conformance.Tests;

/// <summary>Two owners over one folder, each with a backend of its own.</summary>
public sealed class LocalTwinTests : FenceConformance, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("twins").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    protected override ValueTask<(AsyncBackend Late, AsyncBackend Other)> OpenTwinsAsync(Func<Task> hold) =>
        new((Holding(Open(), hold), Open()));

    private SyncBackendAdapter Open() => new(new LocalBackend(new LocalBackendOptions { Root = _root }));
}
