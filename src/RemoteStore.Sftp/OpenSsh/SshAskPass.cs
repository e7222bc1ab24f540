using System.Reflection;
using RemoteStore.Sftp;

namespace RemoteStore;

/// <summary>
/// Makes a program its own helper for passwords and passphrases. The OpenSSH client asks a helper program for them; without this, that is a
/// script, which needs <c>/bin/sh</c> and a place from which it may be run.
/// </summary>
public static class SshAskPass
{
    /// <summary>The variable of the client's environment that names the folder of the secrets.</summary>
    internal const string Variable = "REMOTESTORE_ASKPASS";

    private static volatile bool _isAnswering;

    /// <summary>This program, where it answers and can be started without arguments of its own; else null.</summary>
    internal static string? Program => _isAnswering ? Executable() : null;

    /// <summary>
    /// To be called first in a program's <c>Main</c>. Where the OpenSSH client has started the program to receive a secret, this writes it
    /// to the standard output, and the program has to end with exit code 0. Else every <see cref="SftpBackend"/> of the process uses the
    /// program in this way from now on.
    /// </summary>
    /// <param name="args">The program's arguments.</param>
    /// <returns>Whether that was all this process was started for.</returns>
    public static bool TryAnswer(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            _isAnswering = true;
            return false;
        }

        try
        {
            using var secret = File.OpenRead(Path.Combine(folder, ConnectFiles.AnswerTo(args is [var prompt, ..] ? prompt : "")));
            using var output = Console.OpenStandardOutput();
            secret.CopyTo(output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{SshFailure.HelperWord} {e.Message}");
        }

        return true;
    }

    private static string? Executable()
    {
        if (Environment.ProcessPath is not { } path)
            return null;
        if (Path.GetFileNameWithoutExtension(path) != "dotnet")
            return path;
        // Started as "dotnet Program.dll": its executable lies next to that.
        var sibling = Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()?.GetName().Name + Path.GetExtension(path));
        return File.Exists(sibling) ? sibling : null;
    }
}
