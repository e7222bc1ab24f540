namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public async Task Condition_that_is_not_supported_is_refused_before_content_is_read()
    {
        await PutAsync("f", "old");
        var content = new TestContent(10);
        if (!Has(Capability.Conditional))
        {
            await Fails(CapabilityNotSupported, () => Backend.WriteAsync("f", content, WriteOptions.Matching("x"), Token));
            await Fails(CapabilityNotSupported, () => Backend.DeleteAsync("f", new DeleteOptions { IfMatch = "x" }, Token));
            await Fails(CapabilityNotSupported, () => Backend.MoveAsync("f", "g", new MoveCopyOptions { IfMatch = "x" }, Token));
            await Fails(CapabilityNotSupported, () => Backend.CopyAsync("f", "g", new MoveCopyOptions { IfMatch = "x" }, Token));
        }

        if (!Has(Capability.CreateOnly))
            await Fails(CapabilityNotSupported, () => Backend.WriteAsync("g", content, WriteOptions.CreateOnly, Token));
        Assert.Equal(0, content.Consumed);
        Assert.Equal("old", await TextAsync("f"));
        Assert.Equal(["f"], await AllPathsAsync());
    }

    [Fact]
    public async Task Condition_that_contradicts_itself_is_an_argument_error()
    {
        foreach (
            var options in new[]
            {
                new WriteOptions { IfNoneMatch = "some-etag" },
                new WriteOptions { IfNoneMatch = "*", Overwrite = true },
                new WriteOptions { IfNoneMatch = "*", IfMatch = "x" },
            }
        )
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Backend.WriteAsync("f", "x"u8.ToArray(), options, Token));
        Assert.Empty(await AllPathsAsync());
    }

    /// <summary>A condition becomes a header: what no header can carry is refused, by every call that has one, and sent by none.</summary>
    [Fact]
    public async Task Version_that_no_header_can_carry_is_an_argument_error()
    {
        await PutAsync("f");
        foreach (
            var etag in new[] { "", " ", "a b", "x\r\nx-extra: 1", "\"x\"", "\u00e9", "\u7248", "x\0", "x\u007f", new string('x', 1025) }
        )
        {
            await RefusesAsync(() => Backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.Matching(etag), Token).AsTask());
            await RefusesAsync(() => Backend.WriteAtomicAsync("f", "x"u8.ToArray(), WriteOptions.Matching(etag), Token).AsTask());
            await RefusesAsync(() => Backend.ReadAsync("f", new ReadOptions { IfMatch = etag }, Token).AsTask());
            await RefusesAsync(() => Backend.DeleteAsync("f", new DeleteOptions { IfMatch = etag }, Token).AsTask());
            await RefusesAsync(() => Backend.MoveAsync("f", "g", new MoveCopyOptions { IfMatch = etag }, Token).AsTask());
            await RefusesAsync(() => Backend.CopyAsync("f", "g", new MoveCopyOptions { IfMatch = etag }, Token).AsTask());
        }

        Assert.Equal("content", await TextAsync("f"));
        Assert.Equal(["f"], await AllPathsAsync());

        static async Task RefusesAsync(Func<Task> call) => await Assert.ThrowsAnyAsync<ArgumentException>(call);
    }

    [Fact]
    public async Task Create_only_refuses_an_existing_file()
    {
        Needs(Capability.CreateOnly);
        await Backend.WriteAsync("f", "first"u8.ToArray(), WriteOptions.CreateOnly, Token);
        foreach (var (name, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            var content = new TestContent(1_000_000);
            await Fails(AlreadyExists, () => write("f", content, WriteOptions.CreateOnly));
            Assert.True(content.Consumed == 0, $"{name} read content before it refused.");
        }

        Assert.Equal("first", await TextAsync("f"));
    }

    [Fact]
    public async Task If_match_writes_only_over_that_version()
    {
        Needs(Capability.Conditional);
        await PutAsync("f", "one");
        var first = await ETagAsync("f");
        foreach (var (name, gate, write) in ContentWrites().Where(w => Has(w.Gate)))
        {
            var current = await ETagAsync("f");
            await write("f", new TestContent(200_000), WriteOptions.Matching(current));
            Assert.NotEqual(current, await ETagAsync("f"));
            var stale = new TestContent(200_000);
            await Fails(PreconditionFailed, () => write("f", stale, WriteOptions.Matching(first)));
            Assert.True(stale.Consumed == 0, $"{name} read content before it refused.");
            await Fails(PreconditionFailed, () => write("missing", new TestContent(1), WriteOptions.Matching(first)));
            await Fails(PreconditionFailed, () => write("missing", new TestContent(1), WriteOptions.Matching(WriteOptions.Any)));
            await write("f", new TestContent(1), WriteOptions.Matching(WriteOptions.Any));
        }

        Assert.Equal(["f"], await AllPathsAsync());
    }

    [Fact]
    public async Task If_match_deletes_moves_and_copies_only_that_version()
    {
        Needs(Capability.Conditional);
        await PutAsync("f", "one");
        var first = await ETagAsync("f");
        await PutAsync("f", "two");
        await Fails(PreconditionFailed, () => Backend.DeleteAsync("f", new DeleteOptions { IfMatch = first, IgnoreMissing = true }, Token));
        if (Has(Capability.Copy))
        {
            await Fails(PreconditionFailed, () => Backend.CopyAsync("f", "g", new MoveCopyOptions { IfMatch = first }, Token));
            await Backend.CopyAsync("f", "g", new MoveCopyOptions { IfMatch = await ETagAsync("f") }, Token);
        }

        if (Has(Capability.Move))
        {
            await Fails(PreconditionFailed, () => Backend.MoveAsync("f", "h", new MoveCopyOptions { IfMatch = first }, Token));
            Assert.Equal("two", await TextAsync("f"));
            await Backend.MoveAsync("f", "h", new MoveCopyOptions { IfMatch = await ETagAsync("f") }, Token);
            await Backend.MoveAsync("h", "f", null, Token);
        }

        await Backend.DeleteAsync("f", new DeleteOptions { IfMatch = await ETagAsync("f") }, Token);
        Assert.False(await Backend.ExistsAsync("f", Token));
        await Fails(NotFound, () => Backend.DeleteAsync("f", new DeleteOptions { IfMatch = first }, Token));
        await Backend.DeleteAsync("f", new DeleteOptions { IfMatch = first, IgnoreMissing = true }, Token);
    }

    [Fact]
    public async Task If_match_decides_at_the_commit_of_a_writer()
    {
        Needs(Capability.Conditional | Capability.AtomicWrite);
        await PutAsync("f", "one");
        await using var writer = await Backend.OpenAtomicAsync("f", WriteOptions.Matching(await ETagAsync("f")), Token);
        await writer.WriteAsync("mine"u8.ToArray(), Token);
        await PutAsync("f", "theirs");
        await Fails(PreconditionFailed, () => writer.CommitAsync(Token));
        Assert.Equal("theirs", await TextAsync("f"));
    }

    [Fact]
    public async Task ETags_change_with_every_write_of_equal_content()
    {
        Needs(Capability.Conditional);
        var seen = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            await PutAsync("f", "same");
            Assert.True(seen.Add(await ETagAsync("f")), "An ETag came back: a stale condition would hold.");
        }

        Assert.Equal(await ETagAsync("f"), (await Backend.ListFilesAsync("", null, Token).SingleAsync(Token)).ETag ?? await ETagAsync("f"));
    }
}
