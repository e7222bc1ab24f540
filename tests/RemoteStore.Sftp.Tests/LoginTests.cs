using System.Text;

namespace RemoteStore.Sftp.Tests;

/// <summary>Whom the backend believes, and how it logs in: the real server, through SSH.</summary>
[Collection(SshServer.Passwords)]
public sealed class LoginTests(SshServer server)
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("content");

    [Fact]
    public void A_key_file_logs_in() => AssertWorks(server.Require().Options);

    [Fact]
    public void A_key_given_as_text_logs_in_also_when_its_line_breaks_became_spaces()
    {
        server.Require();
        var text = File.ReadAllText(server.KeyFile);
        AssertWorks(server.Options with { PrivateKeyFile = null, PrivateKey = text });
        AssertWorks(server.Options with { PrivateKeyFile = null, PrivateKey = text.Replace('\n', ' ') });
    }

    [Fact]
    public void A_key_with_a_passphrase_logs_in() =>
        AssertWorks(server.Require().Options with { PrivateKeyFile = server.LockedKeyFile, Passphrase = server.Passphrase });

    [Fact]
    public void A_password_logs_in()
    {
        server.RequirePasswords();
        AssertWorks(server.Options with { PrivateKeyFile = null, Password = server.Password });
    }

    [Fact]
    public void A_wrong_password_is_denied()
    {
        server.RequirePasswords();
        AssertDenied(server.Options with { PrivateKeyFile = null, Password = "wrong" });
    }

    [Fact]
    public void A_wrong_key_is_denied() =>
        AssertDenied(server.Require().Options with { PrivateKeyFile = Path.Combine(server.Folder, "host_key") });

    [Fact]
    public void A_wrong_passphrase_is_denied() =>
        AssertDenied(server.Require().Options with { PrivateKeyFile = server.LockedKeyFile, Passphrase = "wrong" });

    [Fact]
    public void An_unknown_host_key_is_refused_by_default()
    {
        var known = NewKnownHosts("");
        var error = AssertRefused(server.Options with { HostKeys = null, KnownHostsFile = known }, "HostKeyUnknown");
        Assert.False(error.IsTransient);
        Assert.Empty(File.ReadAllText(known));
    }

    [Fact]
    public void A_changed_host_key_is_refused()
    {
        AssertRefused(server.Require().Options with { HostKeys = server.OtherKey }, "HostKeyChanged");
        var known = NewKnownHosts($"[127.0.0.1]:{server.Port} {server.OtherKey}\n");
        AssertRefused(server.Options with { HostKeys = null, KnownHostsFile = known }, "HostKeyChanged");
        AssertRefused(
            server.Options with
            {
                HostKeys = null,
                KnownHostsFile = known,
                HostKeyPolicy = HostKeyPolicy.Tofu,
            },
            "HostKeyChanged"
        );
    }

    [Fact]
    public void A_known_host_key_is_accepted_from_a_file_and_as_lines()
    {
        var line = $"[127.0.0.1]:{server.Require().Port} {server.HostKey}\n";
        AssertWorks(server.Options with { HostKeys = null, KnownHostsFile = NewKnownHosts(line) });
        AssertWorks(server.Options with { HostKeys = line });
    }

    [Fact]
    public void Trust_on_first_use_keeps_the_key()
    {
        var known = NewKnownHosts("");
        AssertWorks(server.Options with { HostKeys = null, KnownHostsFile = known, HostKeyPolicy = HostKeyPolicy.Tofu });
        Assert.Contains(server.HostKey.Split(' ')[1], File.ReadAllText(known), StringComparison.Ordinal);
        AssertWorks(server.Options with { HostKeys = null, KnownHostsFile = known });
    }

    [Fact]
    public void Any_key_is_accepted_when_asked_for() =>
        AssertWorks(server.Require().Options with { HostKeys = null, HostKeyPolicy = HostKeyPolicy.Auto });

    [Fact]
    public void Scanned_host_keys_are_accepted()
    {
        var lines = SftpHostKeys.Scan("127.0.0.1", server.Require().Port);
        Assert.All(lines, l => Assert.StartsWith($"[127.0.0.1]:{server.Port} ", l, StringComparison.Ordinal));
        AssertWorks(server.Options with { HostKeys = string.Join('\n', lines) });
    }

    [Fact]
    public void Credentials_leave_no_file_behind()
    {
        server.RequirePasswords();
        using var backend = new SftpBackend(server.Options with { PrivateKeyFile = null, Password = server.Password });
        backend.CheckHealth();
        foreach (var place in new[] { "/dev/shm", Path.GetTempPath() }.Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateDirectories(place, "rs-sftp-*").Where(IsOfBackend).SelectMany(ReadableFiles))
                Assert.DoesNotContain(server.Password, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    // The folders of the tests' servers begin alike, and have passwords in configurations.
    private static bool IsOfBackend(string folder) => Guid.TryParseExact(Path.GetFileName(folder)["rs-sftp-".Length..], "N", out _);

    private static string[] ReadableFiles(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Another test's, which has just gone.
            return [];
        }
    }

    private static void AssertWorks(SftpBackendOptions options)
    {
        using var backend = new SftpBackend(options);
        backend.Write("f", Content);
        Assert.Equal(Content, backend.ReadBytes("f"));
    }

    private static void AssertDenied(SftpBackendOptions options)
    {
        using var backend = new SftpBackend(options);
        Assert.Equal(SftpErrorCodes.LoginDenied, Assert.Throws<PermissionDeniedException>(backend.CheckHealth).Code);
        Assert.Throws<PermissionDeniedException>(() => backend.GetKind("f"));
    }

    private static BackendUnavailableException AssertRefused(SftpBackendOptions options, string code)
    {
        using var backend = new SftpBackend(options);
        var error = Assert.Throws<BackendUnavailableException>(() => backend.GetKind("f"));
        Assert.Equal(code, error.Code);
        return error;
    }

    private string NewKnownHosts(string text)
    {
        var path = Path.Combine(server.Require().Folder, $"known {Guid.NewGuid():N}");
        File.WriteAllText(path, text);
        return path;
    }
}
