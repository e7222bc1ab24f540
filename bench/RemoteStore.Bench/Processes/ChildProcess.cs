using System.Diagnostics;

namespace RemoteStore.Bench;

/// <summary>A silo, or the floor, in a process of its own on free ports; it ends with this object.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>
    /// The garbage collector's nursery: as large as a processor's cache by default. With 4 MiB, what a process holds is little more than
    /// what lives.
    /// </summary>
    internal const string Nursery = "DOTNET_GCgen0size";

    internal const string SmallNursery = "0x400000";

    private readonly Process _process;

    private ChildProcess(string dll, IEnumerable<string> args, string ready, (int Silo, int Gateway, int Http) ports, bool smallHeap)
    {
        (SiloPort, GatewayPort, HttpPort) = ports;
        string[] all =
        [
            dll,
            .. args,
            "--silo-port",
            Text(ports.Silo),
            "--gateway-port",
            Text(ports.Gateway),
            "--http-port",
            Text(ports.Http),
        ];
        var start = new ProcessStartInfo(
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
            all
        )
        {
            RedirectStandardOutput = true,
        };
        if (smallHeap)
            start.Environment[Nursery] = SmallNursery;
        _process = Process.Start(start)!;
        Cpu.Add(_process);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        WaitFor(ready);
    }

    internal int SiloPort { get; }

    internal int GatewayPort { get; }

    internal int HttpPort { get; }

    internal string Gateway => $"127.0.0.1:{GatewayPort}";

    internal int Id => _process.Id;

    /// <summary>The real silo over a folder (store <c>main</c>) and over memory (store <c>mem</c>).</summary>
    internal static ChildProcess Silo(string folder, bool smallHeap = false) =>
        new(
            Paths.Silo,
            ["--data", folder, "--RemoteStore:Backends:mem:Type=memory", "--RemoteStore:Stores:mem:Backend=mem"],
            "RemoteStore is ready",
            NewPorts(),
            smallHeap
        );

    /// <summary>The real silo over a folder, with more settings.</summary>
    internal static ChildProcess Silo(string folder, string[] settings) =>
        new(Paths.Silo, ["--data", folder, .. settings], "RemoteStore is ready", NewPorts(), smallHeap: false);

    /// <summary>The floor; it sends the file at a path, and keeps what is put next to it.</summary>
    internal static ChildProcess Floor(string file, bool smallHeap = false) =>
        new(Paths.Self, ["--floor-silo", "true", "--file", file], FloorSilo.Ready, NewPorts(), smallHeap);

    /// <summary>Ends the process; also when this one is reported to end.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Cpu.Remove(_process);
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => _process.Kill();

    private void WaitFor(string ready)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (!line.Contains(ready, StringComparison.Ordinal))
                continue;
            _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return;
        }

        Dispose();
        throw new InvalidOperationException($"The process ended before it said '{ready}'.");
    }

    private static (int Silo, int Gateway, int Http) NewPorts() => (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());

    private static string Text(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
