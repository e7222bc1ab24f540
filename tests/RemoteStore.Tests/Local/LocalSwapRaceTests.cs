using RemoteStore.Local;

namespace RemoteStore.Tests;

public sealed class LocalSwapRaceTests
{
    [Fact]
    public async Task Swapping_a_folder_for_a_link_never_leads_out()
    {
        Assert.SkipUnless(LinuxFiles.IsSupported, "The kernel has no openat2.");
        var swaps = Environment.GetEnvironmentVariable("REMOTESTORE_LONG") == "1" ? 100_000 : 5_000;
        var area = Directory.CreateTempSubdirectory("remotestore-").FullName;
        var (root, outside) = (Path.Combine(area, "root"), Path.Combine(area, "outside"));
        Directory.CreateDirectory(Path.Combine(root, "real"));
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(root, "real/f"), "inside");
        File.WriteAllText(Path.Combine(outside, "f"), "secret");
        try
        {
            using var backend = new LocalBackend(new LocalBackendOptions { Root = root, Durable = false });
            using var done = new CancellationTokenSource();
            using var succeeded = new SemaphoreSlim(0);
            var users = Enumerable.Range(0, 2).Select(n => OwnThread.Start(() => Use(backend, n, succeeded, done.Token))).ToArray();
            for (var n = 0; n < swaps || (succeeded.CurrentCount == 0 && !users.Any(u => u.IsCompleted)); n++)
            {
                Directory.CreateSymbolicLink(Path.Combine(root, "link"), n % 2 == 0 ? "../outside" : "real");
                Assert.Equal(0, Posix.Rename(Path.Combine(root, "link"), Path.Combine(root, "door")));
            }

            await done.CancelAsync();
            await Task.WhenAll(users);
            Assert.Equal(["f"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
            Assert.Equal("secret", File.ReadAllText(Path.Combine(outside, "f")));
        }
        finally
        {
            Directory.Delete(area, recursive: true);
        }
    }

    private static void Use(LocalBackend backend, int user, SemaphoreSlim succeeded, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Assert.Equal("inside", backend.ReadText("door/f"));
                backend.WriteText($"door/w{user}", "x", WriteOptions.Replace);
                backend.Delete($"door/w{user}");
                succeeded.Release();
            }
            catch (RemoteStoreException e) when (e is InvalidPathException or NotFoundException) { }
        }
    }
}
