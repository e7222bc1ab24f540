using System.Reflection;
using System.Runtime.InteropServices;

namespace RemoteStore.Processes.Tests;

/// <summary>The samples, as processes of their own.</summary>
internal static class SampleProcess
{
    private static readonly string Configuration = typeof(SampleProcess)
        .Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!
        .Configuration;

    internal static ChildProcess Start(string name, params string[] arguments) => StartOn("dotnet", name, arguments);

    /// <param name="host">The program that runs assemblies.</param>
    /// <param name="name">The sample.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static ChildProcess StartOn(string host, string name, params string[] arguments)
    {
        var folder = Path.Combine(Repository.Root, "samples", name, "bin", Configuration, "net10.0");
        return ChildProcess.Start(host, [Path.Combine(folder, $"{name}.dll"), .. arguments], folder: folder);
    }

    /// <summary>Makes a folder with the plain .NET runtime and nothing else, as the image <c>dotnet/runtime</c> has it.</summary>
    /// <returns>The program that runs assemblies on it.</returns>
    internal static string PlainRuntime(string folder)
    {
        const string framework = "Microsoft.NETCore.App";
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        Directory.CreateDirectory(Path.Combine(folder, "shared"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "shared", framework), Path.Combine(root, "shared", framework));
        Directory.CreateSymbolicLink(Path.Combine(folder, "host"), Path.Combine(root, "host"));
        // A link would lead back to the whole installation.
        File.Copy(Path.Combine(root, "dotnet"), Path.Combine(folder, "dotnet"));
        return Path.Combine(folder, "dotnet");
    }
}
