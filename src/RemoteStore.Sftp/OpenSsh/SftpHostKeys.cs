using System.Diagnostics;
using System.Globalization;
using RemoteStore.Sftp;

namespace RemoteStore;

/// <summary>The keys a server shows, for the one who sets it up. Nothing here proves that the server is the right one.</summary>
public static class SftpHostKeys
{
    /// <summary>
    /// Asks a server for its host keys, without logging in. The lines go into a file of known hosts or into
    /// <see cref="SftpBackendOptions.HostKeys"/> once somebody has compared them with what the server's owner says. The second word of a
    /// line is the kind of key. Blocks; runs <c>ssh-keyscan</c>.
    /// </summary>
    /// <param name="host">The server's name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="timeout">How long to wait, whole seconds; default 5 s.</param>
    /// <returns>Lines of a known_hosts file.</returns>
    /// <exception cref="BackendUnavailableException">The server did not answer, or the program is missing.</exception>
    public static IReadOnlyList<string> Scan(string host, int port = 22, TimeSpan? timeout = null)
    {
        SftpOptionsCheck.Checked(
            new SftpBackendOptions
            {
                Host = host,
                Port = port,
                User = "nobody",
            }
        );
        var seconds = (int)Math.Ceiling((timeout ?? TimeSpan.FromSeconds(5)).TotalSeconds);
        string[] arguments =
        [
            "-T",
            seconds.ToString(CultureInfo.InvariantCulture),
            "-p",
            port.ToString(CultureInfo.InvariantCulture),
            host,
        ];
        var lines = Output("ssh-keyscan", arguments)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(l => l[0] != '#')
            .ToArray();
        return lines.Length > 0 ? lines : throw new BackendUnavailableException("The server showed no host key.");
    }

    private static string Output(string program, string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            ClientEnvironment.Restrict(start);
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return process.StandardOutput.ReadToEnd();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BackendUnavailableException("ssh-keyscan could not be started: is OpenSSH installed?", inner: e)
            {
                IsTransient = false,
            };
        }
    }
}
