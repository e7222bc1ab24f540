using Microsoft.Extensions.FileProviders;

namespace RemoteStore.Silo;

/// <summary>
/// The directory of a configuration file, watched by polling: a mounted ConfigMap changes through its links, and file
/// system notifications do not report that.
/// </summary>
internal static class ConfigurationFiles
{
    internal static PhysicalFileProvider Of(string file) =>
        new(Path.GetDirectoryName(Path.GetFullPath(file))!) { UsePollingFileWatcher = true, UseActivePolling = true };
}
