using System.Reflection;

namespace RemoteStore.Processes.Tests;

/// <summary>The samples, as processes of their own.</summary>
internal static class SampleProcess
{
    private static readonly string Configuration = typeof(SampleProcess)
        .Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!
        .Configuration;

    internal static ChildProcess Start(string name, params string[] arguments)
    {
        var folder = Path.Combine(Repository.Root, "samples", name, "bin", Configuration, "net10.0");
        return ChildProcess.Start("dotnet", [Path.Combine(folder, $"{name}.dll"), .. arguments], folder: folder);
    }
}
