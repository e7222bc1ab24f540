namespace RemoteStore.Conformance;

public abstract partial class BackendConformance
{
    /// <summary>Mapping law 8: cancellation stays cancellation; a call that never started changes nothing.</summary>
    [Fact]
    public async Task Cancelled_before_the_call_nothing_happens()
    {
        await PutAsync("f", "keep");
        var gone = new CancellationToken(canceled: true);
        foreach (var (name, gate, call) in CancelledCalls(gone).Where(o => Has(o.Gate)))
        {
            var error = await Record.ExceptionAsync(call);
            Assert.True(error is OperationCanceledException, $"{name}: {error?.ToString() ?? "nothing"}");
        }

        Assert.Equal(["f"], await AllPathsAsync());
        Assert.Equal("keep", await TextAsync("f"));
    }

    /// <summary>Case 29: no part of a cancelled atomic write is ever seen, and the place is free again.</summary>
    [Fact]
    public async Task Cancelled_while_content_is_read_an_atomic_write_is_all_or_nothing()
    {
        Needs(Capability.AtomicWrite);
        using var source = new CancellationTokenSource();
        var content = new TestContent(2_000_000) { FailAt = 700_000, OnReached = source.Cancel };
        var error = await Record.ExceptionAsync(async () => await Backend.WriteAtomicAsync("d/f", content, null, source.Token));
        Assert.True(error is null or OperationCanceledException, error?.ToString());
        if (error is null)
            Assert.Equal(2_000_000, (await Backend.GetFileInfoAsync("d/f", Token)).Size);
        else
            Assert.Empty(await AllFilesAsync());
        await Backend.WriteAtomicAsync("d/f", "after"u8.ToArray(), WriteOptions.Replace, Token);
        Assert.Equal("after", await TextAsync("d/f"));
        Assert.Equal(["d/f"], await AllFilesAsync());
    }

    [Fact]
    public async Task Cancelled_writer_can_only_be_disposed()
    {
        Needs(Capability.AtomicWrite);
        await using (var writer = await Backend.OpenAtomicAsync("f", null, Token))
        {
            await writer.WriteAsync(RandomBytes(200_000), Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await writer.WriteAsync(RandomBytes(10), new CancellationToken(canceled: true))
            );
        }

        Assert.Empty(await AllPathsAsync());
    }

    [Fact]
    public async Task Cancelled_listing_stops()
    {
        await SeedAsync([.. Enumerable.Range(0, 40).Select(i => $"f{i}")]);
        using var source = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var entry in Backend.ListAsync("", new ListOptions { PageSize = 2 }, source.Token))
            {
                if (++seen == 3)
                    await source.CancelAsync();
            }
        });
        Assert.InRange(seen, 3, 20);
    }

    private IEnumerable<(string Name, Capability Gate, Func<Task> Call)> CancelledCalls(CancellationToken gone)
    {
        yield return ("exists", Capability.None, async () => await Backend.GetKindAsync("f", gone));
        yield return ("read", Capability.Read, async () => await Backend.ReadAsync("f", null, gone));
        yield return ("read_bytes", Capability.Read, async () => await Backend.ReadBytesAsync("f", null, gone));
        yield return ("write", Capability.Write, async () => await Backend.WriteAsync("g", "x"u8.ToArray(), null, gone));
        yield return ("write_stream", Capability.Write, async () => await Backend.WriteAsync("g", new TestContent(300_000), null, gone));
        yield return (
            "write_atomic",
            Capability.AtomicWrite,
            async () => await Backend.WriteAtomicAsync("f", "x"u8.ToArray(), WriteOptions.Replace, gone)
        );
        yield return ("open_atomic", Capability.AtomicWrite, async () => await Backend.OpenAtomicAsync("g", null, gone));
        yield return ("delete", Capability.Delete, async () => await Backend.DeleteAsync("f", null, gone));
        yield return ("delete_folder", Capability.Delete, async () => await Backend.DeleteFolderAsync("f", TolerantTree, gone));
        yield return ("list", Capability.List, async () => await Backend.ListPageAsync("", null, null, gone));
        yield return ("enumerate", Capability.List, async () => await Backend.ListAsync("", null, gone).ToListAsync(Token));
        yield return ("get_file_info", Capability.Metadata, async () => await Backend.GetFileInfoAsync("f", gone));
        yield return ("get_folder_info", Capability.Metadata, async () => await Backend.GetFolderInfoAsync("", null, gone));
        yield return ("move", Capability.Move, async () => await Backend.MoveAsync("f", "g", null, gone));
        yield return ("copy", Capability.Copy, async () => await Backend.CopyAsync("f", "g", null, gone));
        yield return ("health", Capability.None, async () => await Backend.CheckHealthAsync(gone));
    }
}
