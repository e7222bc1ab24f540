using RemoteStore.Local;

namespace RemoteStore.Tests;

public sealed class LocalSweepTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("remotestore-sweep-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Maintenance_continues_behind_a_folder_that_it_may_not_read()
    {
        foreach (var folder in new[] { "a/x", "b/x", "c/x" })
        {
            var left = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, folder)).FullName, ".~tmp.f.0123456789abcdef");
            await File.WriteAllTextAsync(left, "left", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddDays(-2));
        }

        using var backend = new LocalBackend(
            new LocalBackendOptions { Root = _root },
            r => new RefusingFiles(new PortableFiles(r)),
            TimeProvider.System
        );
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.MaintainAsync(TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(_root, "*", SearchOption.AllDirectories));
    }

    /// <summary>Refuses the first folder below the root.</summary>
    private sealed class RefusingFiles(LocalFiles inner) : SteppedFiles(inner, new Stepper())
    {
        private const int AccessDenied = 13;
        private string? _refused;

        internal override LocalFolder? OpenFolder(string key, bool create) =>
            key.Length > 0 && (_refused ??= key) == key ? throw new PosixException("openat2", AccessDenied) : base.OpenFolder(key, create);
    }
}
