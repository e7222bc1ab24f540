namespace RemoteStore.Bench;

/// <summary>Where the programs are.</summary>
internal static class Paths
{
    internal static string Self => typeof(Paths).Assembly.Location;

    /// <summary>The silo of the same build: the same configuration and framework, next to this program's own project.</summary>
    internal static string Silo
    {
        get
        {
            var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
            var build = Path.GetRelativePath(Path.Combine(own, "../../.."), own);
            return Path.GetFullPath(Path.Combine(own, "../../../../../src/RemoteStore.Silo", build, "RemoteStore.Silo.dll"));
        }
    }
}
