namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    [Fact]
    public Task Atomic_write_is_there_whole_or_refused() =>
        Gated(
            Capability.AtomicWrite,
            async () => await Backend.WriteAtomicAsync("f", "x"u8.ToArray(), null, Token),
            async () =>
            {
                Assert.Equal(5, (await Backend.WriteAtomicAsync("d/f", "hello"u8.ToArray(), null, Token)).Size);
                Assert.Equal("hello", await TextAsync("d/f"));
            }
        );

    [Fact]
    public async Task Atomic_write_that_is_refused_reads_no_content()
    {
        Assert.SkipWhen(Has(Capability.AtomicWrite), "The backend declares AtomicWrite.");
        var content = new TestContent(10);
        await Fails(CapabilityNotSupported, () => Backend.WriteAtomicAsync("f", content, null, Token));
        await Fails(CapabilityNotSupported, () => Backend.OpenAtomicAsync("f", null, Token));
        Assert.Equal(0, content.Consumed);
    }

    [Fact]
    public async Task Atomic_writer_shows_nothing_before_its_commit()
    {
        Needs(Capability.AtomicWrite);
        await PutAsync("d/other");
        await using var writer = await Backend.OpenAtomicAsync("d/f", null, Token);
        await writer.WriteAsync(RandomBytes(500_000), Token);
        Assert.Equal(500_000, writer.Position);
        Assert.Equal(EntryKind.None, await Backend.GetKindAsync("d/f", Token));
        Assert.Equal(["d", "d/other"], await AllPathsAsync());
        var result = await writer.CommitAsync(Token);
        Assert.Equal(500_000, result.Size);
        AssertAgrees(result, await Backend.GetFileInfoAsync("d/f", Token));
        Assert.Equal(RandomBytes(500_000), await Backend.ReadBytesAsync("d/f", null, Token));
    }

    /// <summary>Case 29.</summary>
    [Fact]
    public async Task Atomic_writer_disposed_without_a_commit_leaves_nothing()
    {
        Needs(Capability.AtomicWrite);
        await PutAsync("f", "old");
        foreach (var key in new[] { "f", "g" })
        {
            await using var writer = await Backend.OpenAtomicAsync(key, WriteOptions.Replace, Token);
            await writer.WriteAsync(RandomBytes(300_000), Token);
        }

        Assert.Equal("old", await TextAsync("f"));
        Assert.Equal(["f"], await AllPathsAsync());
    }

    [Fact]
    public async Task Atomic_writer_is_used_once()
    {
        Needs(Capability.AtomicWrite);
        await using var writer = await Backend.OpenAtomicAsync("f", null, Token);
        await writer.WriteAsync("x"u8.ToArray(), Token);
        await writer.CommitAsync(Token);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(async () => await writer.CommitAsync(Token));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(async () => await writer.WriteAsync("y"u8.ToArray(), Token));
        await writer.DisposeAsync();
        Assert.Equal("x", await TextAsync("f"));
    }

    [Fact]
    public async Task Atomic_writer_without_a_byte_makes_an_empty_file()
    {
        Needs(Capability.AtomicWrite);
        await using var writer = await Backend.OpenAtomicAsync("f", null, Token);
        Assert.Equal(0, (await writer.CommitAsync(Token)).Size);
        Assert.Equal(0, (await Backend.GetFileInfoAsync("f", Token)).Size);
    }

    [Fact]
    public async Task Atomic_writer_checks_when_it_opens_and_again_when_it_commits()
    {
        Needs(Capability.AtomicWrite);
        await PutAsync("f", "old");
        await Fails(AlreadyExists, () => Backend.OpenAtomicAsync("f", null, Token));
        await using var writer = await Backend.OpenAtomicAsync("g", null, Token);
        await writer.WriteAsync("late"u8.ToArray(), Token);
        await PutAsync("g", "first");
        Needs(Capability.CreateOnly);
        await Fails(AlreadyExists, () => writer.CommitAsync(Token));
        Assert.Equal("first", await TextAsync("g"));
    }

    /// <summary>Case 40: the target is untouched, and nothing else is left.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(500_000)]
    public async Task Atomic_write_whose_source_throws_leaves_the_target_untouched(int failAt)
    {
        Needs(Capability.AtomicWrite);
        await PutAsync("d/f", "old");
        var own = new InvalidDataException("mine");
        foreach (var key in new[] { "d/f", "d/g" })
        {
            var content = new TestContent(1_000_000) { FailAt = failAt, Failure = own };
            Assert.Same(
                own,
                await Record.ExceptionAsync(async () => await Backend.WriteAtomicAsync(key, content, WriteOptions.Replace, Token))
            );
        }

        Assert.Equal("old", await TextAsync("d/f"));
        Assert.Equal(["d", "d/f"], await AllPathsAsync());
    }

    [Fact]
    public async Task Atomic_writes_are_never_seen_in_part()
    {
        Needs(Capability.AtomicWrite);
        var versions = Enumerable.Range(0, 4).Select(i => Enumerable.Repeat((byte)i, 200_000 + i).ToArray()).ToArray();
        await Backend.WriteAtomicAsync("f", versions[0], null, Token);
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 12 * Effort; i++)
                    await Backend.WriteAtomicAsync("f", versions[i % 4], WriteOptions.Replace, Token);
            },
            Token
        );
        while (!writing.IsCompleted)
            await AssertWholeAsync(versions);
        await writing;
    }

    private async Task AssertWholeAsync(byte[][] versions)
    {
        try
        {
            var seen = await Backend.ReadBytesAsync("f", null, Token);
            Assert.Contains(versions, v => v.AsSpan().SequenceEqual(seen));
        }
        catch (RemoteStoreException e) when (e.IsTransient || (e is NotFoundException && harness.HasReplacementGap))
        {
            // A backend that cannot pin a version, or replace in one step, says so and delivers no torn bytes.
        }
    }
}
