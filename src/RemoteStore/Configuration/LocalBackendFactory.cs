using Microsoft.Extensions.Logging;

namespace RemoteStore;

/// <summary>The type <c>local</c>; its options are <see cref="LocalBackendOptions"/>.</summary>
internal sealed class LocalBackendFactory(ILoggerFactory? loggers = null) : BackendFactory<LocalBackendOptions>("local")
{
    public override BackendReach Reach => BackendReach.Machine;

    protected override IEnumerable<(string Property, string Fault)> Check(LocalBackendOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Root))
            yield return (nameof(options.Root), "is required: the folder that holds the files.");
        else if (options.Root.Contains('\0', StringComparison.Ordinal))
            yield return (nameof(options.Root), "is not a folder's name.");
        if (options.StagingGrace <= TimeSpan.Zero)
            yield return (nameof(options.StagingGrace), "must be more than zero.");
    }

    protected override AsyncBackend Create(string name, LocalBackendOptions options, IServiceProvider services) => new SyncBackendAdapter(
        new LocalBackend(options with { Name = name }, loggers?.CreateLogger<LocalBackend>()), new SyncBackendAdapterOptions { Logger = loggers?.CreateLogger<SyncBackendAdapter>() });
}
