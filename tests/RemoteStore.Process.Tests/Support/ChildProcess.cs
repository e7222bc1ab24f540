using System.Diagnostics;
using System.Text;

namespace RemoteStore.Processes.Tests;

/// <summary>A process of a test: its output is kept, lines of it can be waited for, and it is gone when this is disposed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Both streams of output so far, in the order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ChildProcess Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null
    )
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.WorkingDirectory = folder ?? "";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, e) => child.Add(e.Data);
        process.ErrorDataReceived += (_, e) => child.Add(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ = child.EndAsync();
        return child;
    }

    /// <summary>Waits until the output has a line with the text; fails when the process ends first.</summary>
    public async Task LineAsync(string text, CancellationToken cancellationToken = default)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            _awaited.Add((text, seen));
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
                seen.TrySetResult();
            else if (_process.HasExited)
                seen.TrySetException(Ended(text));
        }

        try
        {
            await seen.Task.WaitAsync(Watchdog, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No '{text}' in:\n{Output}");
        }
    }

    public void Send(Signal signal) => Signals.Send(Id, signal);

    /// <summary>Waits for the end, with all output read.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> ExitAsync(CancellationToken cancellationToken = default) => ExitAsync(Watchdog * 2, cancellationToken);

    /// <summary>Waits for the end, with all output read, until a limit.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan limit, CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(limit, cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        lock (_output)
            _awaited.ForEach(a => a.Seen.TrySetException(Ended(a.Text)));
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_output)
        {
            _output.AppendLine(line);
            foreach (var (_, seen) in _awaited.Where(a => line.Contains(a.Text, StringComparison.Ordinal)))
                seen.TrySetResult();
        }
    }

    private InvalidOperationException Ended(string text) => new($"The process ended without '{text}':\n{_output}");
}
