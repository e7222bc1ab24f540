using System.Diagnostics;
using RemoteStore.Local;

namespace RemoteStore.Tests;

/// <summary>Looks at the memory of the whole process, so nothing else may run in it in the meantime.</summary>
[Collection("alone")]
public sealed class LocalListMemoryTests : IDisposable
{
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        "remotestore-" + Guid.NewGuid().ToString("N")[..12]
    );

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_of_many_files_lists_in_flat_memory(bool portable)
    {
        Assert.SkipUnless(portable || LinuxFiles.IsSupported, "The kernel has no openat2.");
        Directory.CreateDirectory(_root);
        var count = Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1" ? 1_000_000 : 100_000;
        using var backend = new LocalBackend(
            new LocalBackendOptions { Root = _root },
            r => portable ? new PortableFiles(r) : new LinuxFiles(r),
            TimeProvider.System
        );
        for (var n = 0; n < count; n++)
            File.OpenHandle(Path.Combine(_root, $"file-{n:d8}"), FileMode.CreateNew, FileAccess.Write).Dispose();
        Assert.NotNull(backend.List("").First());

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var (seen, first, peak) = (0, TimeSpan.Zero, 0L);
        foreach (var _ in backend.List(""))
        {
            if (seen++ == 0)
                first = watch.Elapsed;
            if (seen % 50_000 == 0)
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} entries: first after {first.TotalMilliseconds:f1} ms, all after {watch.Elapsed.TotalSeconds:f2} s, "
                + $"{peak / 1024} KiB held"
        );
        Assert.Equal(count, seen);
        Assert.True(peak < 4 * 1024 * 1024, $"{peak} bytes were held.");
    }
}
