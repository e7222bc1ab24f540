namespace RemoteStore.S3.Tests;

/// <summary>Where the checkout is: the nearest folder above the tests that holds the solution.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "RemoteStore.Cluster.sln")) ? folder.FullName : Find(folder.Parent!);
}
