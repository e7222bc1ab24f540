using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp;

/// <summary>A session of the system's OpenSSH client: the process speaks SSH, its standard streams carry SFTP.</summary>
internal sealed class SshTransport : ISessionTransport
{
    private const int MaxWords = 8 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly string? NewSession = File.Exists("/usr/bin/setsid") ? "/usr/bin/setsid" : null;
    private readonly Process _process;
    private readonly StreamReader _errors;
    private readonly ConnectFiles _files;
    private readonly StringBuilder _words = new();
    private readonly Signal _silent = new();
    private int _disposed;

    private SshTransport(Process process, ConnectFiles files)
    {
        (_process, _errors, _files) = (process, process.StandardError, files);
        Input = process.StandardOutput.BaseStream;
        Output = process.StandardInput.BaseStream;
        new Thread(Listen) { IsBackground = true, Name = "ssh stderr" }.Start();
    }

    public Stream Input { get; }

    public Stream Output { get; }

    /// <summary>The error output of the client; disposed by its reader, like the input.</summary>
    internal Stream Errors => _errors.BaseStream;

    internal static SshTransport Connect(SftpBackendOptions options)
    {
        var files = new ConnectFiles(options);
        try
        {
            return new SshTransport(Start(options, files), files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static Process Start(SftpBackendOptions options, ConnectFiles files)
    {
        // In a process session of its own, a Ctrl-C at the terminal does not reach it: this process determines when it ends.
        var start = new ProcessStartInfo(NewSession ?? options.SshCommand)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in SshArguments.For(options, files).Prepend(options.SshCommand).Skip(NewSession is null ? 1 : 0))
            start.ArgumentList.Add(argument);
        // Without credentials the client uses the user's agent, as it would by default.
        var hasCredential = options.Password is not null || options.PrivateKey is not null || options.PrivateKeyFile is not null;
        ClientEnvironment.Restrict(start, withHelper: files.AskPass is not null, withAgent: !hasCredential);
        if (files.AskPass is { } program)
        {
            start.Environment["SSH_ASKPASS"] = program;
            start.Environment[SshAskPass.Variable] = files.Folder;
            start.Environment["SSH_ASKPASS_REQUIRE"] = "force";
            start.Environment["DISPLAY"] = "none";
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new SessionLostException(
                "The OpenSSH client could not be started. Check that it is installed and that SshCommand is correct.",
                e
            )
            {
                Code = SftpErrorCodes.NoSshClient,
                IsTransient = false,
                NeverConnected = true,
            };
        }
    }

    public void Begun() => _files.Dispose();

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has already exited.
        }
    }

    public SessionLostException Explain(bool connected)
    {
        _silent.Wait(Patience);
        lock (_words)
            return SshFailure.From(_words.ToString(), connected);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Kill();
        Output.Dispose();
        _process.WaitForExit(Patience);
        _process.Dispose();
        _files.Dispose();
    }

    private void Listen()
    {
        var buffer = new char[1024];
        try
        {
            while (_errors.Read(buffer) is > 0 and var count)
            {
                lock (_words)
                    _words.Append(buffer, 0, Math.Min(count, Math.Max(0, MaxWords - _words.Length)));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The session has been abandoned; nothing reads the output any longer.
        }
        finally
        {
            _errors.Dispose();
            _silent.Set();
        }
    }
}
