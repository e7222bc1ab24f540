using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

/// <summary>A silo has as many owners as paths were touched within the last minute, so each of them must be small.</summary>
public sealed class OwnerSizeTests
{
    private const int Count = 1000;

    [Fact]
    public void An_owner_that_keeps_nothing_takes_at_most_320_bytes()
    {
        var backend = new AsyncMemoryBackend();
        var owners = new PathOwner[Count];
        _ = new PathOwner(backend, "warm");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++)
            owners[i] = new PathOwner(backend, "path");
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Count, 1, 320);
        GC.KeepAlive(owners);
    }
}
