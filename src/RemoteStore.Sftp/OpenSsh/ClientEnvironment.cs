using System.Diagnostics;

namespace RemoteStore.Sftp;

/// <summary>
/// The environment of the OpenSSH programs. A silo's own has connection strings and tokens of everything else it uses, so only what is
/// named here is passed on.
/// </summary>
internal static class ClientEnvironment
{
    private static readonly string[] Always = ["PATH", "HOME", "LANG"];

    // Without these Windows starts no program, and the client finds no home.
    private static readonly string[] OnWindows = ["SystemRoot", "USERPROFILE", "TEMP", "TMP"];

    // A program of .NET that answers prompts may not start without them.
    private static readonly string[] ForHelper =
    [
        "DOTNET_ROOT",
        "DOTNET_ROOT_X64",
        "DOTNET_ROOT_ARM64",
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
        "DOTNET_BUNDLE_EXTRACT_BASE_DIR",
        "TMPDIR",
    ];

    /// <summary>Leaves a program that is to be started only what it needs.</summary>
    /// <param name="start">The program.</param>
    /// <param name="withHelper">Whether it runs a helper for passwords.</param>
    /// <param name="withAgent">Whether it may ask the user's agent for keys.</param>
    internal static void Restrict(ProcessStartInfo start, bool withHelper = false, bool withAgent = false)
    {
        IEnumerable<string> names = OperatingSystem.IsWindows() ? [.. Always, .. OnWindows] : Always;
        if (withHelper)
            names = names.Concat(ForHelper);
        if (withAgent)
            names = names.Append("SSH_AUTH_SOCK");
        var kept = names.Select(n => (Name: n, Value: Environment.GetEnvironmentVariable(n))).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept.Where(v => v.Value is not null))
            start.Environment[name] = value;
    }
}
