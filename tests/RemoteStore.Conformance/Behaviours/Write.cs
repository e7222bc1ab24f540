namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public async Task Write_creates_the_folders_above()
    {
        var result = await Backend.WriteAsync("a/b/c/f", "x"u8.ToArray(), null, Token);
        Assert.Equal("a/b/c/f", result.Path);
        Assert.Equal(EntryKind.Folder, await Backend.GetKindAsync("a/b", Token));
        Assert.Equal(["a", "a/b", "a/b/c", "a/b/c/f"], await AllPathsAsync());
    }

    /// <summary>Case 41: refused before content is read.</summary>
    [Fact]
    public async Task Write_does_not_overwrite_unless_asked_to()
    {
        await PutAsync("f", "old");
        foreach (var (name, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            var content = new TestContent(1_000_000);
            await Fails(AlreadyExists, () => write("f", content, WriteOptions.Default));
            Assert.True(content.Consumed == 0, $"{name} read {content.Consumed} bytes before it refused.");
            Assert.Equal("old", await TextAsync("f"));
        }

        await Backend.WriteAsync("f", "new"u8.ToArray(), WriteOptions.Replace, Token);
        Assert.Equal("new", await TextAsync("f"));
    }

    [Fact]
    public async Task Write_over_a_longer_file_leaves_nothing_of_it()
    {
        await Backend.WriteAsync("f", RandomBytes(500_000), null, Token);
        await Backend.WriteAsync("f", new TestContent(200_000), WriteOptions.Replace, Token);
        Assert.Equal(TestContent.Array(200_000), await Backend.ReadBytesAsync("f", null, Token));
        await PutAsync("f", "");
        Assert.Equal(0, (await Backend.GetFileInfoAsync("f", Token)).Size);
    }

    /// <summary>Rows 2 of the write table; a flat namespace has no directory check.</summary>
    [Fact]
    public async Task Write_onto_a_folder_or_below_a_file_is_InvalidPath()
    {
        await PutAsync("d/f", "keep");
        Assert.SkipUnless(IsHierarchical, "The backend has no folders of its own.");
        await EachFails(InvalidPath, "d", WriteOperations());
        await EachFails(InvalidPath, "d/f/x", WriteOperations());
        await EachFails(InvalidPath, "d/f/x/y", WriteOperations());
        Assert.Equal("keep", await TextAsync("d/f"));
        Assert.Equal(["d", "d/f"], await AllPathsAsync());
    }

    [Fact]
    public async Task Write_takes_a_stream_from_its_position_and_leaves_it_open()
    {
        using var content = new MemoryStream(RandomBytes(1000)) { Position = 300 };
        var result = await Backend.WriteAsync("f", content, null, Token);
        Assert.Equal(700, result.Size);
        Assert.True(content.CanRead);
        Assert.Equal(1000, content.Position);
        Assert.Equal(RandomBytes(1000)[300..], await Backend.ReadBytesAsync("f", null, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(131_072)]
    [InlineData(131_071)]
    [InlineData(262_144)]
    [InlineData(700_001)]
    public async Task Write_of_a_stream_without_a_length_counts_exactly(int size)
    {
        var result = await Backend.WriteAsync("f", new TestContent(size), null, Token);
        Assert.Equal(size, result.Size);
        Assert.Equal(size, (await Backend.GetFileInfoAsync("f", Token)).Size);
        Assert.Equal(TestContent.Array(size), await Backend.ReadBytesAsync("f", null, Token));
    }

    /// <summary>Mapping law 7: what the caller's own code throws passes as it is.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    [InlineData(600_000)]
    public async Task Write_lets_the_sources_own_error_through(int failAt)
    {
        var own = new InvalidDataException("mine");
        foreach (var (_, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            var content = new TestContent(1_000_000) { FailAt = failAt, Failure = own };
            Assert.Same(own, await Record.ExceptionAsync(() => write("f", content, WriteOptions.Replace)));
        }
    }

    /// <summary>Section 5: what a write says equals what a lookup says.</summary>
    [Fact]
    public async Task Write_results_agree_with_the_file_info()
    {
        foreach (var (_, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            AssertAgrees(await write("f", new TestContent(10), WriteOptions.Replace), await Backend.GetFileInfoAsync("f", Token));
            AssertAgrees(await write("f", new TestContent(400_000), WriteOptions.Replace), await Backend.GetFileInfoAsync("f", Token));
        }

        AssertAgrees(await PutAsync("g"), await Backend.GetFileInfoAsync("g", Token));
    }

    private void AssertAgrees(WriteResult result, RemoteFileInfo info)
    {
        Assert.Equal(info.Path, result.Path);
        Assert.Equal(info.Size, result.Size);
        if (!Has(Capability.NativeWriteResult))
        {
            Assert.Equal(WriteResultSource.Basic, result.Source);
            Assert.True(result is { ETag: null, Digest: null, LastModified: null });
            return;
        }

        Assert.Equal(WriteResultSource.Native, result.Source);
        Assert.NotNull(result.ETag);
        Assert.Equal(info.ETag, result.ETag);
        if (result.LastModified is { } modified)
            Assert.Equal(info.LastModified, modified);
        if (result.Digest is { } digest)
            Assert.Equal(info.Digest, digest);
    }

    /// <summary>The three ways to write content of a stream.</summary>
    private IEnumerable<(string Name, Capability Gate, Func<string, Stream, WriteOptions, Task<WriteResult>> Write)> ContentWrites()
    {
        yield return ("write", Capability.Write, async (k, c, o) => await Backend.WriteAsync(k, c, o, Token));
        yield return ("write_atomic", Capability.AtomicWrite, async (k, c, o) => await Backend.WriteAtomicAsync(k, c, o, Token));
        yield return (
            "open_atomic",
            Capability.AtomicWrite,
            async (k, c, o) =>
            {
                await using var writer = await Backend.OpenAtomicAsync(k, o, Token);
                await c.CopyToAsync(writer, Token);
                return await writer.CommitAsync(Token);
            }
        );
    }
}
