namespace RemoteStore.Tests;

/// <summary>Counts what the whole process allocates, so nothing else may run next to it.</summary>
[Collection("alone")]
public sealed class ContentMemoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Content_is_pulled_in_blocks_and_never_gathered()
    {
        await using var adapter = new SyncBackendAdapter(new ProbeBackend { OnWrite = Discard });
        var content = new PatternStream(64 << 20, asynchronous: true);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var result = await adapter.WriteAsync("big", content, cancellationToken: Token);
        Assert.Equal(64 << 20, result.Size);
        Assert.InRange(content.LargestRead, 1, 1 << 20);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 32 << 20);
    }

    private static WriteResult Discard(string key, WriteContent content)
    {
        var buffer = new byte[128 * 1024];
        long size = 0;
        for (var count = -1; count != 0; size += count)
            count = content.Stream!.Read(buffer, 0, buffer.Length);
        return new WriteResult(key, size, WriteResultSource.Basic);
    }
}
