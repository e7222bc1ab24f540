using Microsoft.Extensions.Time.Testing;
using RemoteStore.Local;

namespace RemoteStore.Tests;

/// <summary>What every way to reach the disk must do. Each target below runs all of it.</summary>
public abstract partial class LocalContract : IDisposable
{
    private readonly List<LocalBackend> _opened = [];
    private readonly List<byte[]> _unlistable = [];

    protected LocalContract(string parent)
    {
        Area = Path.Combine(parent, "remotestore-" + Guid.NewGuid().ToString("N")[..12]);
        Root = Path.Combine(Area, "root");
        Directory.CreateDirectory(Root);
    }

    protected static string Memory => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <summary>A folder of this test alone; the root is in it, and so is what lies outside the root.</summary>
    protected string Area { get; }

    protected string Root { get; }

    protected FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var backend in _opened)
            backend.Dispose();
        // The runtime cannot delete names that are no text.
        _unlistable.ForEach(Native.Delete);
        Directory.Delete(Area, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal abstract LocalFiles Files(LocalRoot root);

    protected LocalBackend Open(Func<LocalBackendOptions, LocalBackendOptions>? change = null)
    {
        var options = new LocalBackendOptions { Root = Root };
        var backend = new LocalBackend(change?.Invoke(options) ?? options, Files, Clock);
        _opened.Add(backend);
        return backend;
    }

    protected string InRoot(string name) => Path.Combine(Root, name);

    protected string Outside(string name) => Path.Combine(Area, name);

    protected static string[] Names(Backend backend, string folder = "", bool recursive = false) =>
        [.. backend.List(folder, new ListOptions { Recursive = recursive }).Select(e => e.Path).Order(StringComparer.Ordinal)];

    protected string[] OnDisk() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories)
                .Select(p => Path.GetRelativePath(Root, p))
                .Order(StringComparer.Ordinal),
        ];
}

public sealed class LocalOnLinuxTests() : LocalContract(Memory)
{
    internal override LocalFiles Files(LocalRoot root)
    {
        Assert.SkipUnless(LinuxFiles.IsSupported, "The kernel has no openat2.");
        return new LinuxFiles(root);
    }
}

public sealed class LocalByHardLinkTests() : LocalContract(Path.GetTempPath())
{
    internal override LocalFiles Files(LocalRoot root)
    {
        Assert.SkipUnless(LinuxFiles.IsSupported, "The kernel has no openat2.");
        return new LinuxFiles(root) { PublishByRename = false };
    }
}

public sealed class LocalPortableTests() : LocalContract(Memory)
{
    internal override LocalFiles Files(LocalRoot root) => new PortableFiles(root);
}
