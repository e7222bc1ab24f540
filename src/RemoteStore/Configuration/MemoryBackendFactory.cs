using Microsoft.Extensions.DependencyInjection;

namespace RemoteStore;

/// <summary>The type <c>memory</c>; it has no options.</summary>
internal sealed class MemoryBackendFactory() : BackendFactory<MemoryBackendFactory.Options>("memory")
{
    public override BackendReach Reach => BackendReach.Process;

    protected override AsyncBackend Create(string name, Options options, IServiceProvider services) =>
        new AsyncMemoryBackend(name, services.GetService<TimeProvider>());

    internal sealed class Options;
}
