namespace RemoteStore.Conformance.Tests;

/// <summary>Two owners over one memory.</summary>
public sealed class MemoryTwinTests : FenceConformance
{
    protected override ValueTask<(AsyncBackend Late, AsyncBackend Other)> OpenTwinsAsync(Func<Task> hold)
    {
        var memory = new AsyncMemoryBackend();
        return new((Holding(memory, hold), memory));
    }
}
