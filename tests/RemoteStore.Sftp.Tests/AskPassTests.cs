using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace RemoteStore.Sftp.Tests;

/// <summary>How the OpenSSH client is reported passwords and passphrases.</summary>
[Collection(SshServer.Passwords)]
public sealed class AskPassTests(SshServer server)
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(2);

    private static string CommandLine =>
        Path.Combine(
            SshHost.Repository,
            "src",
            "RemoteStore.Cli",
            "bin",
            typeof(AskPassTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration,
            "net10.0",
            "RemoteStore.Cli"
        );

    [Fact]
    public void A_program_that_answers_prompts_is_a_helper()
    {
        server.RequirePasswords();
        AssertLogsIn(server.Options with { PrivateKeyFile = null, Password = server.Password, AskPassPath = CommandLine });
        AssertLogsIn(
            server.Options with
            {
                PrivateKeyFile = server.LockedKeyFile,
                Passphrase = server.Passphrase,
                AskPassPath = CommandLine,
            }
        );
    }

    [Fact]
    public void A_helper_that_cannot_be_run_is_reported_and_no_denied_login()
    {
        server.RequirePasswords();
        var helper = Path.Combine(server.Folder, "no program");
        File.WriteAllText(helper, "");
        using var backend = new SftpBackend(
            server.Options with
            {
                PrivateKeyFile = null,
                Password = server.Password,
                AskPassPath = helper,
            }
        );
        var error = Assert.Throws<BackendUnavailableException>(backend.CheckHealth);
        Assert.Equal(SftpErrorCodes.NoAskPass, error.Code);
        Assert.False(error.IsTransient);
        Assert.Contains(nameof(SftpBackendOptions.AskPassPath), error.Message, StringComparison.Ordinal);
    }

    /// <summary>As in a container, where programs cannot be run from the memory that is shared.</summary>
    [Fact]
    public async Task The_command_line_logs_in_with_a_password_where_no_script_can_be_run()
    {
        server.RequirePasswords();
        var config = Path.Combine(server.Folder, "askpass.json");
        var options = server.Options;
        await File.WriteAllTextAsync(
            config,
            JsonSerializer.Serialize(
                new
                {
                    RemoteStore = new
                    {
                        Backends = new
                        {
                            main = new
                            {
                                Type = "sftp",
                                options.Host,
                                options.Port,
                                options.User,
                                options.HostKeys,
                                options.Root,
                                server.Password,
                            },
                        },
                        Stores = new { main = new { Backend = "main" } },
                    },
                }
            ),
            TestContext.Current.CancellationToken
        );
        const string NoPrograms = "mount -t tmpfs -o noexec tmpfs /dev/shm && exec \"$0\" \"$@\"";
        var start = new ProcessStartInfo("unshare", ["-m", "/bin/sh", "-c", NoPrograms, CommandLine, "--config", config, "ping"])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = await process
            .StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Watchdog, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Watchdog, TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
    }

    private static void AssertLogsIn(SftpBackendOptions options)
    {
        using var backend = new SftpBackend(options);
        backend.CheckHealth();
    }
}
