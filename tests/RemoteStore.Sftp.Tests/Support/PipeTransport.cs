using System.Diagnostics;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Tests;

/// <summary>
/// OpenSSH's sftp-server on its standard streams: the real server, quickly started, and with the extensions a test leaves it.
/// </summary>
internal sealed class PipeTransport : ISessionTransport
{
    private readonly Process _process;

    internal PipeTransport(string program, params string[] withoutRequests)
    {
        string[] arguments = withoutRequests.Length == 0 ? [] : ["-P", string.Join(',', withoutRequests)];
        _process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Input = _process.StandardOutput.BaseStream;
        Output = _process.StandardInput.BaseStream;
    }

    public Stream Input { get; }

    public Stream Output { get; }

    public void Begun() { }

    public void Kill()
    {
        try
        {
            _process.Kill();
            // Until then it may still carry out a request.
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    public SessionLostException Explain(bool connected) => new("The server has ended.") { NeverConnected = !connected };

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
