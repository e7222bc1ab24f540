namespace RemoteStore.Tests.Layers;

public sealed class ReadOnlyBackendTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_change_is_refused_before_the_backend_is_called()
    {
        var inner = new RecordingBackend();
        var backend = new ReadOnlyBackend(inner);
        using var content = new MemoryStream([1, 2, 3]);
        Func<Task>[] changes =
        [
            async () => await backend.WriteAsync("a", content, WriteOptions.Replace, Token),
            async () => await backend.WriteAtomicAsync("a", content, WriteOptions.Replace, Token),
            async () => await backend.OpenAtomicAsync("a", null, Token),
            async () => await backend.ResumeAtomicAsync("a", new ResumePoint("t", 0), null, Token),
            async () => await backend.CommitStagedAsync("a", "t", null, Token),
            async () => await backend.AbortStagedAsync("a", "t", Token),
            async () => await backend.DeleteAsync("a", null, Token),
            async () => await backend.DeleteFolderAsync("a", null, Token),
            async () => await backend.MoveAsync("a", "b", null, Token),
            async () => await backend.CopyAsync("a", "b", null, Token),
        ];
        foreach (var change in changes)
        {
            var error = await Assert.ThrowsAsync<CapabilityNotSupportedException>(change);
            Assert.Equal("a", error.Path);
            Assert.False(backend.Capabilities.Supports(error.Capability));
        }

        Assert.Equal(0, content.Position);
        Assert.DoesNotContain(inner.Calls, c => c.Member.EndsWith("Async", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reading_works_and_a_store_refuses_by_capability()
    {
        var inner = new AsyncMemoryBackend();
        await inner.WriteTextAsync("a", "x", null, null, Token);
        await using var store = new AsyncStore(new ReadOnlyBackend(inner));

        Assert.Equal("x", await store.ReadTextAsync("a", null, Token));
        Assert.Single(await store.ListAsync("", null, Token).ToListAsync(Token));
        Assert.False(store.Supports(Capability.Write));
        await Assert.ThrowsAsync<CapabilityNotSupportedException>(() => store.WriteTextAsync("b", "x", null, null, Token));
    }
}
