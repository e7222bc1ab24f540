using System.Diagnostics;
using System.Globalization;
using RemoteStore.Sftp;

namespace RemoteStore;

/// <summary>Reads the keys that a server presents, for its initial setup. This does not prove the identity of the server.</summary>
public static class SftpHostKeys
{
    /// <summary>
    /// Requests the host keys of a server without logging in. Compare the keys with those published by the server's
    /// operator, then add the lines to a known_hosts file or to <see cref="SftpBackendOptions.HostKeys"/>. The second
    /// word of a line is the kind of key. Blocks; runs <c>ssh-keyscan</c>.
    /// </summary>
    /// <param name="host">The name or address of the server.</param>
    /// <param name="port">The port of the server.</param>
    /// <param name="timeout">The timeout, in whole seconds; default 5 s.</param>
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
        return lines.Length > 0 ? lines : throw new BackendUnavailableException("The server presented no host key.");
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
