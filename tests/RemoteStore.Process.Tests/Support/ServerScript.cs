using System.ComponentModel;

namespace RemoteStore.Processes.Tests;

/// <summary>The scripts under <c>scripts/servers</c> that install what tests need from outside.</summary>
internal static class ServerScript
{
    /// <summary>
    /// Installs it, once, and says where it is. Where that cannot be done the test is skipped, or fails where every test must run.
    /// </summary>
    internal static async Task<string> InstallAsync(string name)
    {
        try
        {
            await RunAsync(name, "install");
            return await RunAsync(name, "path");
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or TimeoutException)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail($"{name} could not be installed: {e.Message}");
            Assert.Skip($"{name} could not be installed: {e.Message}");
            throw;
        }
    }

    private static async Task<string> RunAsync(string name, string command)
    {
        await using var script = ChildProcess.Start(Path.Combine(Repository.Root, "scripts", "servers", name), [command]);
        return await script.ExitAsync() == 0 ? script.Output.Trim() : throw new InvalidOperationException(script.Output.Trim());
    }
}
