using Microsoft.Extensions.Logging;
using RemoteStore.Local;

namespace RemoteStore;

/// <summary>The type <c>local</c>; its options are <see cref="LocalBackendOptions"/>.</summary>
internal sealed class LocalBackendFactory(ILoggerFactory? loggers = null) : BackendFactory<LocalBackendOptions>("local")
{
    public override BackendScope Reach => BackendScope.Machine;

    protected override IEnumerable<(string Property, string Fault)> Check(LocalBackendOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Root))
            yield return (nameof(options.Root), "is required: the folder that holds the files.");
        else if (options.Root.Contains('\0', StringComparison.Ordinal))
            yield return (nameof(options.Root), "must be a valid folder path.");
        if (options.StagingGrace <= TimeSpan.Zero)
            yield return (nameof(options.StagingGrace), "must be more than zero.");
        if (!OctalMode.IsFileMode(options.FileMode))
            yield return (nameof(options.FileMode), OctalMode.FileFault);
        if (!OctalMode.IsFolderMode(options.FolderMode))
            yield return (nameof(options.FolderMode), OctalMode.FolderFault);
        if (options.RequireContainment && !LinuxFiles.IsSupported)
            yield return (nameof(options.RequireContainment), LocalBackend.ContainmentFault);
    }

    protected override AsyncBackend Create(string name, LocalBackendOptions options, IServiceProvider services) =>
        new SyncBackendAdapter(
            new LocalBackend(options with { Name = name }, loggers?.CreateLogger<LocalBackend>()),
            new SyncBackendAdapterOptions { Logger = loggers?.CreateLogger<SyncBackendAdapter>() }
        );
}
