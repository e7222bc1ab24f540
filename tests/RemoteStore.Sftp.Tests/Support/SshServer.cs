[assembly: AssemblyFixture(typeof(RemoteStore.Sftp.Tests.SshServer))]

namespace RemoteStore.Sftp.Tests;

/// <summary>The server of the whole test run.</summary>
public sealed class SshServer : SshHost, IAsyncLifetime
{
    /// <summary>The classes that log in with passwords: one after the other, since what they leave behind is looked for.</summary>
    public const string Passwords = "passwords";

    private string? _unavailable;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await InstallAndStartAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or TimeoutException)
        {
            _unavailable = $"OpenSSH could not be installed or started: {e.Message}";
        }
    }

    /// <summary>Skips the test when there is no server, or fails it where every test must run.</summary>
    public SshServer Require()
    {
        SkipBecause(_unavailable);
        return this;
    }

    public void RequirePasswords()
    {
        Require();
        SkipBecause(IsRoot ? null : "Only root can give the server a user with a password.");
    }

    private static void SkipBecause(string? reason)
    {
        if (reason is not null && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.SkipWhen(reason is not null, reason ?? "");
    }
}
