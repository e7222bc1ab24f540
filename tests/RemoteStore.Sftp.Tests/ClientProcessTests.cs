using System.Text;

namespace RemoteStore.Sftp.Tests;

/// <summary>What the OpenSSH programs get from this process, and what callers get of their words.</summary>
[Collection(SshServer.Passwords)]
public sealed class ClientProcessTests(SshServer server) : IDisposable
{
    private const string Secret = "RS_TEST_CONNECTION_STRING";
    private static readonly string[] Shell = ["PWD", "OLDPWD", "SHLVL", "_"];
    private static readonly string[] Always = ["PATH", "HOME", "LANG"];
    private static readonly string[] Helper =
    [
        "SSH_ASKPASS",
        "SSH_ASKPASS_REQUIRE",
        "REMOTESTORE_ASKPASS",
        "DISPLAY",
        "DOTNET_ROOT",
        "DOTNET_ROOT_X64",
        "DOTNET_ROOT_ARM64",
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
        "DOTNET_BUNDLE_EXTRACT_BASE_DIR",
        "TMPDIR",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("rs-sftp-client-").FullName;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Secret, null);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_client_gets_a_few_variables_and_nothing_else(bool withPassword)
    {
        Environment.SetEnvironmentVariable(Secret, "AccountKey=secret");
        var options = new SftpBackendOptions
        {
            Host = "127.0.0.1",
            User = "user",
            SshCommand = Program("ssh"),
            Password = withPassword ? "password" : null,
        };
        using var backend = new SftpBackend(options);
        Assert.ThrowsAny<RemoteStoreException>(backend.CheckHealth);
        AssertPassedOn(withPassword ? [.. Always, .. Helper] : [.. Always, "SSH_AUTH_SOCK"]);
    }

    [Fact]
    public void The_scan_for_host_keys_gets_a_few_variables_and_nothing_else()
    {
        Environment.SetEnvironmentVariable(Secret, "AccountKey=secret");
        Program("ssh-keyscan");
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{_folder}:{path}");
        try
        {
            Assert.Throws<BackendUnavailableException>(() => SftpHostKeys.Scan("127.0.0.1"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }

        AssertPassedOn(Always);
    }

    [Theory]
    [InlineData("rstest@internal-host: Permission denied (publickey).", false, "LoginDenied")]
    [InlineData("Received disconnect from 10.1.2.3 internal-host: Too many authentication failures", false, "LoginDenied")]
    [InlineData("ssh: Could not resolve hostname internal-host: Name or service not known", false, "HostNotFound")]
    [InlineData("ssh: connect to host internal-host port 22: Connection refused", false, "ConnectionRefused")]
    [InlineData("ssh: connect to host internal-host port 22: Connection timed out", false, "ConnectTimeout")]
    [InlineData("Unable to negotiate with internal-host: no matching key exchange method found.", false, "NoCommonAlgorithm")]
    [InlineData("subsystem request failed on channel 0 of internal-host", false, "NoSftp")]
    [InlineData("No ED25519 host key is known for internal-host and you have requested strict checking.", false, "HostKeyUnknown")]
    [InlineData("ssh_askpass: exec(/internal-host/helper): Permission denied", false, "NoAskPass")]
    [InlineData("Something else about internal-host", false, "NotConnected")]
    [InlineData("client_loop: send disconnect: internal-host: Broken pipe", true, "SessionLost")]
    public void The_words_of_the_client_go_to_the_log_and_into_no_message(string words, bool connected, string code)
    {
        var failure = SshFailure.From(words, connected);
        Assert.Equal(code, failure.Code);
        Assert.NotEmpty(failure.Message);
        Assert.DoesNotContain("internal-host", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("10.1.2.3", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(words, failure.Words);
    }

    [Fact]
    public async Task A_refused_login_names_the_user_in_the_log_only()
    {
        var log = new WarningLog();
        using var backend = new SftpBackend(
            server.Require().Options with
            {
                PrivateKeyFile = Path.Combine(server.Folder, "host_key"),
            },
            log
        );
        var error = Assert.Throws<PermissionDeniedException>(backend.CheckHealth);
        Assert.DoesNotContain(server.User, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{server.User}@127.0.0.1", await log.NextAsync(), StringComparison.Ordinal);
    }

    /// <summary>A program that writes its environment to a file, and fails.</summary>
    private string Program(string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\nenv > '{Path.Combine(_folder, "env")}'\nexit 1\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private void AssertPassedOn(IEnumerable<string> allowed)
    {
        var lines = File.ReadAllLines(Path.Combine(_folder, "env"), Encoding.UTF8);
        Assert.Contains(lines, l => l.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("AccountKey", StringComparison.Ordinal));
        Assert.Empty(lines.Select(l => l[..l.IndexOf('=', StringComparison.Ordinal)]).Except(allowed).Except(Shell));
    }
}
