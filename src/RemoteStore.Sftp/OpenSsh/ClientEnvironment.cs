using System.Diagnostics;

namespace RemoteStore.Sftp;

/// <summary>
/// The environment of the OpenSSH programs. A silo's environment contains connection strings and tokens, so only the
/// variables named here are passed on.
/// </summary>
internal static class ClientEnvironment
{
    private static readonly string[] Always = ["PATH", "HOME", "LANG"];

    // Without these Windows starts no program, and the client finds no home directory.
    private static readonly string[] OnWindows = ["SystemRoot", "USERPROFILE", "TEMP", "TMP"];

    // A .NET program that answers prompts may not start without them.
    private static readonly string[] ForHelper =
    [
        "DOTNET_ROOT",
        "DOTNET_ROOT_X64",
        "DOTNET_ROOT_ARM64",
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
        "DOTNET_BUNDLE_EXTRACT_BASE_DIR",
        "TMPDIR",
    ];

    /// <summary>Removes all environment variables that a program does not need.</summary>
    /// <param name="start">The program to start.</param>
    /// <param name="withHelper">Whether it runs a helper for passwords.</param>
    /// <param name="withAgent">Whether it may use the keys of the user's agent.</param>
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
