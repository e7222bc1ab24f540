using System.Runtime.InteropServices;

namespace RemoteStore.Processes.Tests;

/// <summary>Signals to processes, by their numbers on Linux.</summary>
public enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

internal static class Signals
{
    internal static void Send(int processId, Signal signal)
    {
        if (Kill(processId, (int)signal) != 0)
            throw new IOException($"signal {signal} to process {processId}: errno {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int processId, int signal);
}
