using System.Runtime.InteropServices;

namespace RemoteStore.Cli;

/// <summary>
/// Handles the signals that stop a command: the command is cancelled, so that it can remove its temporary files. A
/// second signal ends the process immediately.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int FirstOfSignals = 128;

    private static readonly Dictionary<PosixSignal, int> Numbers = new()
    {
        [PosixSignal.SIGHUP] = 1,
        [PosixSignal.SIGINT] = 2,
        [PosixSignal.SIGQUIT] = 3,
        [PosixSignal.SIGTERM] = 15,
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile int _received;

    internal StopSignals() => _registrations = [.. Numbers.Keys.Select(s => PosixSignalRegistration.Create(s, Stop))];

    internal CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    /// <summary>The exit code of a command, or that of the signal which cancelled it.</summary>
    internal int ExitCode(int code) => code == ExitCodes.Cancelled && _received > 0 ? FirstOfSignals + _received : code;

    private void Stop(PosixSignalContext context)
    {
        if (_received > 0)
            return;
        _received = Numbers[context.Signal];
        context.Cancel = true;
        _stop.Cancel();
    }
}
