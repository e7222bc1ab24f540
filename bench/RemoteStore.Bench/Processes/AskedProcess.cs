using System.Diagnostics;

namespace RemoteStore.Bench;

/// <summary>This program in a process of its own that answers each line with a line; it ends with this object.</summary>
internal sealed class AskedProcess : IDisposable
{
    private readonly Process _process;

    internal AskedProcess(IEnumerable<string> args)
    {
        _process = Process.Start(
            new ProcessStartInfo("dotnet", [Paths.Self, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true }
        )!;
        Cpu.Add(_process);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        Answer();
    }

    internal void Ask(string line) => _process.StandardInput.WriteLine(line);

    internal string Answer() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process ended.");

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Cpu.Remove(_process);
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => _process.Kill();
}
