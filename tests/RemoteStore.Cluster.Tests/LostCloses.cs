using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Loses the ends of uploads on their way to a silo, once a test wants it.</summary>
internal sealed class LostCloses : IIncomingGrainCallFilter
{
    internal bool IsOn { get; set; }

    public Task Invoke(IIncomingGrainCallContext context) =>
        IsOn && context.Grain is IUploadGrain && context.MethodName == nameof(IUploadGrain.Close)
            ? throw new TimeoutException("The test lost the call.")
            : context.Invoke();
}
