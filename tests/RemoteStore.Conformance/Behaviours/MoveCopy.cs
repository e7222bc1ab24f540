namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    private delegate ValueTask Transfer(string source, string destination, MoveCopyOptions? options = null);

    [Fact]
    public Task Move_takes_the_file_along_or_is_refused() =>
        Gated(
            Capability.Move,
            async () => await Backend.MoveAsync("a", "b", null, Token),
            async () =>
            {
                await Backend.WriteAsync("d/f", RandomBytes(300_000), null, Token);
                await Backend.MoveAsync("d/f", "e/g/h", null, Token);
                Assert.Equal(EntryKind.None, await Backend.GetKindAsync("d/f", Token));
                Assert.Equal(RandomBytes(300_000), await Backend.ReadBytesAsync("e/g/h", null, Token));
                Assert.Equal(["e/g/h"], await AllFilesAsync());
            }
        );

    [Fact]
    public Task Copy_leaves_the_source_or_is_refused() =>
        Gated(
            Capability.Copy,
            async () => await Backend.CopyAsync("a", "b", null, Token),
            async () =>
            {
                await Backend.WriteAsync("d/f", RandomBytes(300_000), null, Token);
                await Backend.CopyAsync("d/f", "e/g/h", null, Token);
                Assert.Equal(["d/f", "e/g/h"], await AllFilesAsync());
                foreach (var key in await AllFilesAsync())
                    Assert.Equal(RandomBytes(300_000), await Backend.ReadBytesAsync(key, null, Token));
                await PutAsync("d/f", "changed");
                Assert.Equal(300_000, (await Backend.GetFileInfoAsync("e/g/h", Token)).Size);
            }
        );

    [Fact]
    public async Task Transfers_do_not_overwrite_unless_asked_to()
    {
        foreach (var transfer in Transfers())
        {
            await PutAsync("f", "new");
            await PutAsync("g", "old, and longer");
            await Fails(AlreadyExists, () => transfer("f", "g"));
            Assert.Equal("old, and longer", await TextAsync("g"));
            Assert.Equal("new", await TextAsync("f"));
            await transfer("f", "g", MoveCopyOptions.Replace);
            Assert.Equal("new", await TextAsync("g"));
        }
    }

    /// <summary>Cases 3 and 13, and rows 1 to 6 of the transfer table.</summary>
    [Fact]
    public async Task Transfers_look_at_the_source_first()
    {
        await PutAsync("d/f", "keep");
        foreach (var transfer in Transfers())
        {
            foreach (var options in new[] { MoveCopyOptions.Default, MoveCopyOptions.Replace })
            {
                Assert.Equal("d", (await Fails(InvalidPath, () => transfer("d", "x", options))).Path);
                await Fails(InvalidPath, () => transfer("d", "d", options));
                await Fails(NotFound, () => transfer("missing", "x", options));
                await Fails(NotFound, () => transfer("missing", "missing", options));
                await Fails(NotFound, () => transfer("missing", "d", options));
                await Fails(NotFound, () => transfer("d/f/x", "x", options));
                Assert.Equal("missing", (await Fails(NotFound, () => transfer("missing", "d/f/x", options))).Path);
                await Fails(InvalidPath, () => transfer("missing", "", options));
                await Fails(InvalidPath, () => transfer("", "x", options));
            }
        }

        Assert.Equal(["d", "d/f"], await AllPathsAsync());
        Assert.Equal("keep", await TextAsync("d/f"));
    }

    [Fact]
    public async Task Transfers_onto_a_folder_or_below_a_file_are_InvalidPath()
    {
        await PutAsync("d/f", "keep");
        await PutAsync("s", "source");
        Assert.SkipUnless(IsHierarchical, "The backend has no folders of its own.");
        foreach (var transfer in Transfers())
        {
            foreach (var options in new[] { MoveCopyOptions.Default, MoveCopyOptions.Replace })
            {
                await Fails(InvalidPath, () => transfer("s", "d", options));
                await Fails(InvalidPath, () => transfer("s", "d/f/x", options));
                await Fails(InvalidPath, () => transfer("s", "s/x", options));
            }
        }

        Assert.Equal(["d", "d/f", "s"], await AllPathsAsync());
    }

    /// <summary>Case 18: keys are compared after they were made canonical.</summary>
    [Fact]
    public async Task Transfers_onto_itself_touch_nothing()
    {
        await PutAsync("a/b", "keep");
        var before = await Backend.GetFileInfoAsync("a/b", Token);
        foreach (var transfer in Transfers())
        {
            await transfer("a/b", "a/b");
            await transfer("a//b", "a/b", MoveCopyOptions.Replace);
            await transfer("a/b", "a/./b/");
        }

        Assert.Equal(before, await Backend.GetFileInfoAsync("a/b", Token));
        Assert.Equal("keep", await TextAsync("a/b"));
    }

    /// <summary>Case 20.</summary>
    [Fact]
    public async Task Transfers_keep_metadata_and_content_type()
    {
        var options = new WriteOptions
        {
            Metadata = Has(Capability.UserMetadata) ? new Dictionary<string, string> { ["k"] = "v" } : null,
            ContentType = Has(Capability.ContentType) ? "text/csv" : null,
        };
        foreach (var transfer in Transfers())
        {
            await Backend.WriteAsync("f", "x"u8.ToArray(), options with { Overwrite = true }, Token);
            await transfer("f", "g", MoveCopyOptions.Replace);
            var info = await Backend.GetFileInfoAsync("g", Token);
            Assert.Equal(UserMetadata.From(options.Metadata), info.Metadata);
            if (options.ContentType is not null)
                Assert.Equal(options.ContentType, info.ContentType);
        }
    }

    [Fact]
    public async Task Move_is_atomic_where_that_is_declared()
    {
        Needs(Capability.AtomicMove | Capability.Move);
        await PutAsync("a", "one");
        var moving = Task.Run(
            async () =>
            {
                for (var i = 0; i < 50 * Effort; i++)
                    await Backend.MoveAsync(i % 2 == 0 ? "a" : "b", i % 2 == 0 ? "b" : "a", null, Token);
            },
            Token
        );
        while (!moving.IsCompleted)
            Assert.True((await PathsAsync("")).Length <= 2);
        await moving;
        Assert.Equal(["a"], await AllFilesAsync());
    }

    private IEnumerable<Transfer> Transfers()
    {
        if (Has(Capability.Move))
            yield return (s, d, o) => Backend.MoveAsync(s, d, o, Token);
        if (Has(Capability.Copy))
            yield return (s, d, o) => Backend.CopyAsync(s, d, o, Token);
    }
}
