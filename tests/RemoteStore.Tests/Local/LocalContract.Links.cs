namespace RemoteStore.Tests;

public abstract partial class LocalContract
{
    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("d/../../secret.txt")]
    [InlineData("/proc/self/root/etc/passwd")]
    public void A_link_to_a_file_outside_is_refused(string target)
    {
        File.WriteAllText(Outside("secret.txt"), "secret");
        Directory.CreateDirectory(InRoot("d"));
        File.CreateSymbolicLink(InRoot("l"), target);
        var backend = Open();

        Assert.Throws<InvalidPathException>(() => backend.ReadBytes("l"));
        Assert.Throws<InvalidPathException>(() => backend.GetFileInfo("l"));
        Assert.Throws<InvalidPathException>(() => backend.WriteText("l", "x", WriteOptions.Replace));
        Assert.Throws<InvalidPathException>(() => backend.Copy("l", "copy"));
        Assert.Throws<InvalidPathException>(() => backend.Move("l", "moved"));
        Assert.Throws<InvalidPathException>(() => backend.Delete("l"));
        Assert.Equal(["d"], Names(backend, recursive: true));
        Assert.Equal("secret", File.ReadAllText(Outside("secret.txt")));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("ABSOLUTE")]
    public void A_link_to_a_folder_outside_is_refused_at_every_level(string target)
    {
        Directory.CreateDirectory(Outside("outside/sub"));
        File.WriteAllText(Outside("outside/sub/f"), "secret");
        Directory.CreateDirectory(InRoot("a"));
        Directory.CreateSymbolicLink(InRoot("a/l"), target == "ABSOLUTE" ? Outside("outside") : "../" + target);
        var backend = Open();

        foreach (
            var call in new Action<string>[]
            {
                k => backend.ReadBytes(k),
                k => backend.GetKind(k),
                k => backend.WriteText(k, "x"),
                k => backend.WriteText(k, "x", WriteOptions.Replace),
                k => backend.OpenAtomic(k, WriteOptions.Replace),
                k => backend.Delete(k),
                k => backend.DeleteFolder(k, new DeleteFolderOptions { Recursive = true }),
                k => _ = backend.List(k).ToList(),
                k => backend.Copy(k, "copy"),
            }
        )
        {
            Assert.Throws<InvalidPathException>(() => call("a/l/sub/f"));
            Assert.Throws<InvalidPathException>(() => call("a/l/new"));
        }

        Assert.Throws<InvalidPathException>(() => _ = backend.List("a/l").ToList());
        backend.WriteText("x", "x");
        Assert.Throws<InvalidPathException>(() => backend.Move("x", "a/l/x"));
        Assert.Equal(["a", "x"], Names(backend, recursive: true));
        Assert.Equal(
            ["sub", "sub/f"],
            Directory
                .EnumerateFileSystemEntries(Outside("outside"), "*", SearchOption.AllDirectories)
                .Select(p => Path.GetRelativePath(Outside("outside"), p))
                .Order()
        );
    }

    [Fact]
    public void Links_that_stay_inside_are_followed_by_key()
    {
        var backend = Open();
        backend.WriteText("d/sub/f", "data");
        File.CreateSymbolicLink(InRoot("file"), "d/sub/f");
        Directory.CreateSymbolicLink(InRoot("d/up"), "../d/sub");

        Assert.Equal("data", backend.ReadText("file"));
        Assert.Equal("data", backend.ReadText("d/up/f"));
        Assert.Equal(["d", "d/sub", "d/sub/f", "file"], Names(backend, recursive: true));
        backend.WriteText("file", "own", WriteOptions.Replace);
        Assert.Equal("data", backend.ReadText("d/sub/f"));

        backend.WriteText("d/up/g", "by link");
        Assert.Equal("by link", backend.ReadText("d/sub/g"));
        Assert.Throws<InvalidPathException>(() => backend.Delete("d/up"));
        Assert.Throws<InvalidPathException>(() => backend.DeleteFolder("d/up"));
        File.CreateSymbolicLink(InRoot("d/link"), "sub/f");
        backend.Move("d/link", "moved");
        Assert.Equal("data", backend.ReadText("moved"));
        Assert.False(File.Exists(InRoot("d/link")));
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_nothing_but_keeps_its_name()
    {
        File.CreateSymbolicLink(InRoot("l"), "absent");
        Directory.CreateSymbolicLink(InRoot("dl"), "absent-too");
        var backend = Open();
        Assert.Equal(EntryKind.None, backend.GetKind("l"));
        Assert.Throws<NotFoundException>(() => backend.ReadBytes("l"));
        Assert.Throws<NotFoundException>(() => backend.Delete("l"));
        Assert.Throws<AlreadyExistsException>(() => backend.WriteText("l", "x"));
        Assert.Throws<AlreadyExistsException>(() => backend.WriteText("l", "x", WriteOptions.CreateOnly));
        Assert.Throws<InvalidPathException>(() => backend.WriteText("dl/x", "x"));
        Assert.Empty(Names(backend));
        Assert.False(File.Exists(InRoot("absent")));
    }

    [Fact]
    public void Loops_of_links_end()
    {
        Directory.CreateSymbolicLink(InRoot("self"), ".");
        File.CreateSymbolicLink(InRoot("a"), "b");
        File.CreateSymbolicLink(InRoot("b"), "a");
        var backend = Open();
        backend.WriteText("f", "x");
        Assert.Equal("x", backend.ReadText("self/self/f"));
        Assert.Equal(["f"], Names(backend, recursive: true));
        Assert.Equal("ELOOP", Assert.Throws<InvalidPathException>(() => backend.ReadBytes("a")).NativeCode);
        Assert.Equal(1, backend.GetFolderInfo("").FileCount);
    }

    [Fact]
    public void A_recursive_deletion_stays_in_the_folder()
    {
        var backend = Open();
        backend.WriteText("keep/f", "x");
        backend.WriteText("d/f", "x");
        Directory.CreateSymbolicLink(InRoot("d/l"), "../keep");
        Assert.Throws<FolderNotEmptyException>(() => backend.DeleteFolder("d", new DeleteFolderOptions { Recursive = true }));
        Assert.Equal("x", backend.ReadText("keep/f"));
    }

    [Fact]
    public void Pipes_are_neither_read_nor_replaced()
    {
        Native.MakePipe(InRoot("pipe"));
        var backend = Open();
        Assert.Equal(EntryKind.None, backend.GetKind("pipe"));
        Assert.Throws<InvalidPathException>(() => backend.Read("pipe"));
        Assert.Throws<InvalidPathException>(() => backend.WriteText("pipe", "x", WriteOptions.Replace));
        Assert.Throws<InvalidPathException>(() => backend.Delete("pipe"));
        Assert.Empty(Names(backend));
        Assert.Equal(["pipe"], OnDisk());
    }
}
