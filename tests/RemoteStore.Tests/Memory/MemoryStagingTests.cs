using Microsoft.Extensions.Time.Testing;

namespace RemoteStore.Tests.Memory;

/// <summary>Staged bytes that nobody commits do not stay in a memory backend for longer than its grace.</summary>
public sealed class MemoryStagingTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kept_bytes_are_dropped_after_the_grace_by_the_next_staging()
    {
        await using var backend = new AsyncMemoryBackend("m", _clock, Grace);
        var token = await StageAsync(backend, "f");
        _clock.Advance(Grace - TimeSpan.FromMinutes(2));
        var younger = await StageAsync(backend, "g");
        _clock.Advance(TimeSpan.FromMinutes(3));
        await StageAsync(backend, "h");
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.CommitStagedAsync("f", token, null, Token));
        Assert.Equal(3, (await backend.CommitStagedAsync("g", younger, null, Token)).Size);
    }

    [Fact]
    public async Task Maintenance_drops_what_is_stale_and_counts_it()
    {
        await using var backend = new AsyncMemoryBackend("m", _clock, Grace);
        await StageAsync(backend, "f");
        var unfinished = await backend.OpenAtomicAsync("g", null, Token);
        await unfinished.WriteAsync(new byte[3], Token);
        _clock.Advance(Grace + TimeSpan.FromSeconds(1));
        var used = await backend.OpenAtomicAsync("h", null, Token);
        Assert.Equal(0, await backend.Unwrap<IMaintainable>().MaintainAsync(Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await unfinished.WriteAsync(new byte[3], Token));
        await used.WriteAsync(new byte[3], Token);
        Assert.Equal(3, (await used.CommitAsync(Token)).Size);
        await StageAsync(backend, "f");
        _clock.Advance(Grace + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await backend.Unwrap<IMaintainable>().MaintainAsync(Token));
    }

    [Fact]
    public void A_grace_of_zero_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AsyncMemoryBackend("m", _clock, TimeSpan.Zero));

    private static async Task<string> StageAsync(AsyncMemoryBackend backend, string key)
    {
        var writer = await backend.OpenAtomicAsync(key, null, Token);
        await using (writer)
        {
            await writer.WriteAsync(new byte[3], Token);
            return await writer.DetachAsync(Token);
        }
    }
}
