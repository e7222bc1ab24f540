using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RemoteStore.Processes.Tests;

/// <summary>A silo as a process of its own, which can be frozen, thawed and killed.</summary>
internal sealed class LocalhostSilo : IAsyncDisposable
{
    private readonly System.Diagnostics.Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalhostSilo(string folder, LocalhostSilo? primary, string cluster)
    {
        var ports = FreePorts(3);
        (SiloPort, GatewayPort) = (ports[0], ports[1]);
        string[] arguments =
        [
            Dll, "--data", folder, "--silo-port", $"{ports[0]}", "--gateway-port", $"{ports[1]}", "--http-port", $"{ports[2]}", "--cluster-id", cluster,
            "--RemoteStore:Silo:Clustering=Localhost", "--RemoteStore:Silo:Stores:main:ReachedByAllSilos=true",
            .. primary is null ? (string[])[] : ["--primary", $"127.0.0.1:{primary.SiloPort}"],
        ];
        _process = new System.Diagnostics.Process
        {
            StartInfo = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"The silo ended:\n{Output}"));
    }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public Task Ended => _process.WaitForExitAsync();

    private static string Dll
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            var configuration = here.Parent!.Name;
            var root = here.Parent.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "src", "RemoteStore.Silo", "bin", configuration, here.Name, "RemoteStore.Silo.dll");
        }
    }

    public static async Task<LocalhostSilo> StartAsync(string folder, string cluster, LocalhostSilo? primary = null)
    {
        var silo = new LocalhostSilo(folder, primary, cluster);
        silo._process.Start();
        silo._process.BeginOutputReadLine();
        silo._process.BeginErrorReadLine();
        await silo._ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return silo;
    }

    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.StartsWith("RemoteStore is ready", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }
}
