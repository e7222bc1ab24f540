using Microsoft.Extensions.DependencyInjection;
using RemoteStore.Memory;

namespace RemoteStore;

/// <summary>The type <c>memory</c>.</summary>
internal sealed class MemoryBackendFactory() : BackendFactory<MemoryBackendFactory.Options>("memory")
{
    public override BackendScope Reach => BackendScope.Process;

    protected override AsyncBackend Create(string name, Options options, IServiceProvider services) =>
        new AsyncMemoryBackend(name, services.GetService<TimeProvider>(), options.StagingGrace);

    protected override IEnumerable<(string Property, string Fault)> Check(Options options)
    {
        if (options.StagingGrace <= TimeSpan.Zero)
            yield return (nameof(options.StagingGrace), "must be more than zero.");
    }

    internal sealed class Options
    {
        public TimeSpan StagingGrace { get; set; } = MemoryStagingGrace.Default;
    }
}
