using System.Diagnostics;
using System.Security.Cryptography;

[assembly: AssemblyFixture(typeof(RemoteStore.AzureBlobs.Tests.AzuriteServer))]

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>
/// A real Azurite process for the whole test run, on a free loopback port, with an account whose key is new in every run. Installed on
/// first use by <c>scripts/servers/azurite</c>.
/// </summary>
public sealed class AzuriteServer : IAsyncLifetime
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(3);
    private Process? _process;
    private string? _unavailable;

    public const string Account = "remotestoretests";

    public string Key { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));

    public Uri ServiceUri { get; private set; } = new("http://127.0.0.1/");

    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={ServiceUri};";

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or TimeoutException)
        {
            _unavailable = $"Azurite could not be installed or started: {e.Message}";
        }
    }

    /// <summary>Skips the test when there is no server, or fails it where every test must run.</summary>
    public void Require()
    {
        if (_unavailable is null)
            return;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(_unavailable);
        Assert.Skip(_unavailable);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<string> ScriptAsync(string command)
    {
        var script = Path.Combine(RepositoryRoot(), "scripts", "servers", "azurite");
        using var process =
            Process.Start(new ProcessStartInfo(script, command) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("the script did not start");
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Watchdog);
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException((await error).Trim());
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the repository was not found above the test binaries");
    }

    private async Task StartAsync()
    {
        await ScriptAsync("install");
        var (main, port) = (await ScriptAsync("path"), FreePorts.Next());
        var start = new ProcessStartInfo("node")
        {
            ArgumentList =
            {
                main,
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                $"{port}",
                "--inMemoryPersistence",
                "--skipApiVersionCheck",
                "--disableTelemetry",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{Key}";
        _process = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        await ReadyAsync(_process).WaitAsync(Watchdog);
        ServiceUri = new Uri($"http://127.0.0.1:{port}/{Account}");
    }

    private static Task ReadyAsync(Process process)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                ready.TrySetException(new InvalidOperationException("Azurite ended before it listened"));
            else if (
                line.Data.Contains("successfully listens", StringComparison.Ordinal)
                || line.Data.Contains("successfully listening", StringComparison.Ordinal)
            )
                ready.TrySetResult();
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return ready.Task;
    }
}
