using System.Reflection;
using RemoteStore.Sftp;

namespace RemoteStore;

/// <summary>
/// Makes a program its own helper for passwords and passphrases, which the OpenSSH client requests from a helper
/// program. Without this, the helper is a script, which needs <c>/bin/sh</c> and a folder from which it may be executed.
/// </summary>
public static class SshAskPass
{
    /// <summary>The environment variable of the client with the folder of the secrets.</summary>
    internal const string Variable = "REMOTESTORE_ASKPASS";

    private static volatile bool _isAnswering;

    /// <summary>This program, if it answers prompts and can be started without arguments of its own; else null.</summary>
    internal static string? Program => _isAnswering ? Executable() : null;

    /// <summary>
    /// Call this first in a program's <c>Main</c>. If the OpenSSH client has started the program to request a secret,
    /// this writes it to the standard output, and the program must exit with code 0. Otherwise every
    /// <see cref="SftpBackend"/> of the process uses the program as helper from now on.
    /// </summary>
    /// <param name="args">The arguments of the program.</param>
    /// <returns>Whether the process was started only to answer, and must now exit.</returns>
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
        // Started as "dotnet Program.dll": its executable is next to that file.
        var sibling = Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()?.GetName().Name + Path.GetExtension(path));
        return File.Exists(sibling) ? sibling : null;
    }
}
