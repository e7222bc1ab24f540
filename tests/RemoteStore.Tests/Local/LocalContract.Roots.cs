namespace RemoteStore.Tests;

public abstract partial class LocalContract
{
    [Fact]
    public void A_root_that_is_removed_is_empty_and_a_write_makes_it_again()
    {
        var backend = Open();
        backend.WriteText("d/x", "1");
        Directory.Delete(Root, recursive: true);

        Assert.Equal(EntryKind.None, backend.GetKind("d/x"));
        Assert.Equal(EntryKind.None, backend.GetKind("x"));
        Assert.Equal(EntryKind.Folder, backend.GetKind(""));
        Assert.Empty(Names(backend, recursive: true));
        Assert.Throws<NotFoundException>(() => backend.ReadBytes("d/x"));
        Assert.Throws<NotFoundException>(() => backend.Delete("d/x"));
        backend.Delete("d/x", new DeleteOptions { IgnoreMissing = true });
        Assert.Throws<NotFoundException>(() => backend.DeleteFolder("d"));
        Assert.Equal(0, backend.GetFolderInfo("").FileCount);
        Assert.False(Directory.Exists(Root));

        backend.WriteText("d/x", "2");
        Assert.Equal("2", backend.ReadText("d/x"));
        Assert.Equal(["d", "d/x"], OnDisk());
    }

    [Fact]
    public void Another_folder_in_the_place_of_the_root_is_seen()
    {
        var backend = Open();
        backend.WriteText("x", "old");
        Directory.Move(Root, Outside("moved"));
        Directory.CreateDirectory(Root);
        File.WriteAllText(InRoot("y"), "new");
        Assert.Equal("new", backend.ReadText("y"));
        Assert.Equal(["y"], Names(backend));
        Assert.False(backend.Exists("x"));
        backend.WriteText("x", "2", WriteOptions.CreateOnly);
        Assert.Equal("old", File.ReadAllText(Outside("moved/x")));
    }

    [Fact]
    public void A_root_that_may_not_be_made_is_not_found()
    {
        Directory.Delete(Root);
        var backend = Open(o => o with { CreateRoot = false });
        Assert.Throws<NotFoundException>(backend.CheckHealth);
        Assert.Throws<NotFoundException>(() => backend.WriteText("a/x", "1"));
        Assert.False(backend.Exists("x"));
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public void A_health_check_makes_the_root_and_reports_whether_it_syncs()
    {
        Directory.Delete(Root);
        var backend = Open();
        Assert.Null(backend.IsDurable);
        backend.CheckHealth();
        Assert.True(Directory.Exists(Root));
        Assert.True(backend.IsDurable);
        Assert.False(Open(o => o with { Durable = false }).IsDurable);
    }

    [Fact]
    public void A_root_that_is_a_file_fails_every_call()
    {
        Directory.Delete(Root);
        File.WriteAllText(Root, "a file");
        var backend = Open();
        Assert.Throws<InvalidPathException>(backend.CheckHealth);
        Assert.Throws<InvalidPathException>(() => backend.WriteText("x", "1"));
        Assert.Throws<InvalidPathException>(() => backend.ReadBytes("x"));
        Assert.Throws<InvalidPathException>(() => backend.Exists("x"));
        Assert.Throws<InvalidPathException>(() => backend.List("").ToList());
        Assert.Throws<InvalidPathException>(() => backend.Delete("x"));
        Assert.Equal("a file", File.ReadAllText(Root));
        File.Delete(Root);
        backend.WriteText("x", "1");
        Assert.Equal("1", backend.ReadText("x"));
        Directory.CreateDirectory(Root);
    }

    [Fact]
    public async Task A_root_that_others_make_at_the_same_time_is_a_folder()
    {
        const int Rounds = 300,
            Threads = 4;
        for (var round = 0; round < Rounds; round++)
        {
            using var barrier = new Barrier(Threads);
            var backend = Open(o => o with { Root = Outside($"root{round}"), Durable = false });
            await Task.WhenAll(
                Enumerable
                    .Range(0, Threads)
                    .Select(thread =>
                        OwnThread.Start(() =>
                        {
                            barrier.SignalAndWait(Token);
                            for (var n = 0; n <= thread; n++)
                                Assert.False(backend.Exists("none"));
                            backend.WriteText($"x{thread}", "1");
                        })
                    )
            );
        }
    }

    [Fact]
    public void A_closed_backend_opens_again()
    {
        var backend = Open();
        backend.WriteText("x", "1");
        backend.Close();
        backend.Close();
        Assert.Equal("1", backend.ReadText("x"));
    }

    [Fact]
    public void A_full_disk_is_reported_and_leaves_nothing()
    {
        var mount = Outside("small");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Native.TryMountMemory(mount, "size=1m"), "A small disk cannot be mounted here.");
        try
        {
            var backend = Open(o => o with { Root = mount });
            backend.WriteText("keep", "old");
            foreach (
                var content in new[]
                {
                    WriteContent.FromBytes(new byte[3_000_000]),
                    WriteContent.FromStream(new MemoryStream(new byte[3_000_000])),
                }
            )
            {
                var error = Assert.Throws<RemoteStoreException>(() => backend.Write("keep", content, WriteOptions.Replace));
                Assert.Equal(("ENOSPC", false), (error.NativeCode, error.IsTransient));
            }

            Assert.Equal("old", backend.ReadText("keep"));
            Assert.Equal(["keep"], Directory.EnumerateFileSystemEntries(mount).Select(Path.GetFileName));
            backend.Write("fits", WriteContent.FromBytes(new byte[500_000]));
            Assert.Equal("ENOSPC", Assert.Throws<RemoteStoreException>(() => CopyTwice(backend)).NativeCode);
            backend.Close();
        }
        finally
        {
            Native.Unmount(mount);
        }
    }

    [Fact]
    public async Task A_folder_that_is_deleted_while_others_write_into_it_is_created_again()
    {
        var backend = Open(o => o with { Durable = false });
        using var done = new CancellationTokenSource();
        await Task.WhenAll(OwnThread.Start(Write), OwnThread.Start(DeleteAll), OwnThread.Start(RemoveEmptyFolders));

        void Write()
        {
            using var stop = new Stopper(done);
            for (var written = 0; written < 1000; written++)
                backend.WriteText("a/b/x", "1", WriteOptions.Replace);
        }

        void DeleteAll()
        {
            while (!done.IsCancellationRequested)
            {
                backend.Delete("a/b/x", new DeleteOptions { IgnoreMissing = true });
                TryDeleteFolder(backend, "a/b");
                TryDeleteFolder(backend, "a");
            }
        }

        // As other programs do it: far more often than the backend could, so that folders go at every moment of a write.
        void RemoveEmptyFolders()
        {
            string[] folders = [Path.Join(Root, "a", "b"), Path.Join(Root, "a")];
            for (; OperatingSystem.IsLinux() && !done.IsCancellationRequested; Thread.SpinWait(Random.Shared.Next(5000)))
                Array.ForEach(folders, folder => Native.TryRemoveFolder(folder));
        }
    }

    private sealed class Stopper(CancellationTokenSource source) : IDisposable
    {
        public void Dispose() => source.Cancel();
    }

    private static void CopyTwice(LocalBackend backend)
    {
        backend.Copy("fits", "copy1");
        backend.Copy("fits", "copy2");
    }

    private static void TryDeleteFolder(LocalBackend backend, string key)
    {
        try
        {
            backend.DeleteFolder(key, new DeleteFolderOptions { IgnoreMissing = true });
        }
        catch (FolderNotEmptyException) { }
    }
}
