namespace RemoteStore.Tests;

public abstract partial class LocalContract
{
    [Fact]
    public void A_key_is_the_file_of_that_path_below_the_root()
    {
        var backend = Open();
        backend.WriteText("a/b/c.txt", "hello");

        Assert.Equal("hello", File.ReadAllText(InRoot("a/b/c.txt")));
        Assert.Equal(InRoot("a/b/c.txt"), backend.NativePath("a/b/c.txt"));
        Assert.Equal("a/b/c.txt", backend.ToKey(InRoot("a/b/c.txt")));
        Assert.Equal("", backend.ToKey(Root));
        Assert.Equal(Root + "-evil/x", backend.ToKey(Root + "-evil/x"));
        Assert.Equal(InRoot("../x"), backend.ToKey(InRoot("../x")));
        Assert.Equal(["a", "a/b", "a/b/c.txt"], Names(backend, recursive: true));
        Assert.Equal(EntryKind.None, backend.GetKind("a/b/c.txt/d"));
        Assert.True(backend.IsDurable);
    }

    [Fact]
    public void What_a_write_answers_equals_the_file_info_after_it()
    {
        var backend = Open();
        foreach (
            var write in new Func<WriteResult>[]
            {
                () => backend.WriteText("d/x", "1"),
                () => backend.WriteText("d/x", "2", WriteOptions.Replace),
                () => backend.WriteAtomic("d/x", WriteContent.FromStream(new MemoryStream(new byte[300_000])), WriteOptions.Replace),
                () => CommitStepwise(backend, "d/x"),
            }
        )
        {
            var result = write();
            var info = backend.GetFileInfo("d/x");
            Assert.Equal((info.ETag, info.LastModified, info.Size), (result.ETag, result.LastModified, result.Size));
            Assert.Equal(info, Assert.Single(backend.ListFiles("d")));
            using var read = backend.Read("d/x", new ReadOptions { IfMatch = result.ETag });
            Assert.Equal(info, read.Info);
        }
    }

    [Fact]
    public void Every_version_has_an_ETag_of_its_own()
    {
        var backend = Open(o => o with { Durable = false });
        var tags = Enumerable.Range(0, 500).Select(_ => backend.WriteText("x", "same", WriteOptions.Replace).ETag).ToHashSet();
        Assert.Equal(500, tags.Count);
        Assert.Throws<PreconditionFailedException>(() => backend.Read("x", new ReadOptions { IfMatch = tags.First() }));
    }

    [Fact]
    public void A_move_keeps_the_version_and_a_copy_makes_a_new_one()
    {
        var backend = Open();
        var written = backend.WriteText("x", "data");
        backend.Move("x", "d/e/y");
        Assert.Equal(written.ETag, backend.GetFileInfo("d/e/y").ETag);
        backend.Copy("d/e/y", "z");
        Assert.NotEqual(written.ETag, backend.GetFileInfo("z").ETag);
        Assert.Equal("data", backend.ReadText("z"));

        backend.WriteText("other", "other");
        Assert.Equal("other", Assert.Throws<AlreadyExistsException>(() => backend.Move("z", "other")).Path);
        Assert.Equal("other/z", Assert.Throws<InvalidPathException>(() => backend.Move("z", "other/z")).Path);
        backend.Move("z", "other", new MoveCopyOptions { Overwrite = true });
        Assert.Equal("data", backend.ReadText("other"));
        Assert.Equal(["d", "d/e", "d/e/y", "other"], OnDisk());
    }

    [Fact]
    public void Two_names_of_one_file_become_one_by_a_move()
    {
        var backend = Open();
        backend.WriteText("a", "x");
        Link("a", "b");
        backend.Move("a", "b", new MoveCopyOptions { Overwrite = true });
        Assert.Equal(["b"], OnDisk());
    }

    [Fact]
    public void A_large_copy_is_complete()
    {
        var backend = Open(o => o with { Durable = false });
        var bytes = new byte[20_000_000];
        new Random(1).NextBytes(bytes);
        backend.Write("big", WriteContent.FromBytes(bytes));
        backend.Copy("big", "twin");
        Assert.Equal(bytes, backend.ReadBytes("twin"));
    }

    [Theory]
    [InlineData(0, 4, "0123")]
    [InlineData(3, null, "3456789")]
    [InlineData(8, 100, "89")]
    [InlineData(10, 5, "")]
    [InlineData(4000, null, "")]
    [InlineData(2, 0, "")]
    public void A_range_is_read_and_can_be_sought_in(int offset, int? length, string expected)
    {
        var backend = Open();
        backend.WriteText("x", "0123456789");
        using var stream = backend.Read("x", ReadOptions.At(offset, length));
        Assert.Equal(10, stream.Info.Size);
        Assert.Equal(expected.Length, stream.Length);
        Assert.Equal(expected, new StreamReader(stream, leaveOpen: true).ReadToEnd());
        if (expected.Length > 1)
        {
            stream.Seek(-1, SeekOrigin.End);
            Assert.Equal(expected[^1], stream.ReadByte());
            Assert.Equal(-1, stream.ReadByte());
        }
    }

    [Fact]
    public void A_reader_keeps_the_version_it_opened()
    {
        var backend = Open();
        backend.WriteText("x", "old");
        using var stream = backend.Read("x");
        backend.WriteText("x", "newer", WriteOptions.Replace);
        backend.Delete("x");
        Assert.Equal("old", new StreamReader(stream).ReadToEnd());
    }

    [Fact]
    public void A_file_cut_short_while_it_is_read_is_no_short_answer()
    {
        var backend = Open();
        backend.Write("x", WriteContent.FromBytes(new byte[100]));
        using var stream = backend.Read("x");
        using (var file = new FileStream(InRoot("x"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(10);
        Assert.Throws<RemoteStoreException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void Nothing_is_opened_or_made_before_the_first_call()
    {
        Directory.Delete(Root);
        Open();
        Assert.False(Directory.Exists(Root));
        Assert.Throws<ArgumentException>(() => new LocalBackend(" "));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new LocalBackend(new LocalBackendOptions { Root = Root, StagingGrace = TimeSpan.Zero })
        );
    }

    [Fact]
    public void A_name_that_is_long_but_allowed_can_be_written()
    {
        var backend = Open();
        var name = string.Concat(Enumerable.Repeat("é", 127)) + "x";
        backend.WriteText(name, "1");
        CommitStepwise(backend, name);
        Assert.Equal([name], Names(backend));
        Assert.Throws<InvalidPathException>(() => backend.WriteText(name + "x", "1"));
        Assert.Throws<InvalidPathException>(() => backend.WriteText("a/" + new string('n', 256), "1"));
        Assert.Equal([name], OnDisk());
    }

    private static WriteResult CommitStepwise(LocalBackend backend, string key)
    {
        using var writer = backend.OpenAtomic(key, WriteOptions.Replace);
        writer.Write("step"u8);
        return writer.Commit();
    }

    private void Link(string existing, string name) => Assert.Equal(0, RemoteStore.Local.Posix.Link(InRoot(existing), InRoot(name)));
}
