using Microsoft.Extensions.FileProviders;

namespace RemoteStore.Silo;

/// <summary>
/// Where a configuration file lies, watched by asking: a mounted ConfigMap changes by its links, of which the system's notifications show
/// nothing.
/// </summary>
internal static class ConfigurationFiles
{
    internal static PhysicalFileProvider Of(string file) =>
        new(Path.GetDirectoryName(Path.GetFullPath(file))!) { UsePollingFileWatcher = true, UseActivePolling = true };
}
