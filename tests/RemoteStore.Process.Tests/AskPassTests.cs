namespace RemoteStore.Processes.Tests;

public sealed class AskPassTests : ProcessTest
{
    [Theory]
    [InlineData("user@host's password: ", "a word")]
    [InlineData("Enter passphrase for key '/keys/password': ", "a phrase")]
    public async Task The_silo_gives_the_OpenSSH_client_a_secret_and_starts_nothing(string prompt, string secret)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "password"), "a word", Token);
        await File.WriteAllTextAsync(Path.Combine(Folder, "passphrase"), "a phrase", Token);
        var program = Path.ChangeExtension(SiloProcess.Assembly, OperatingSystem.IsWindows() ? ".exe" : null);
        await using var silo = ChildProcess.Start(program, [prompt], new Dictionary<string, string> { ["REMOTESTORE_ASKPASS"] = Folder });
        Assert.Equal(0, await silo.ExitAsync(Token));
        Assert.Equal(secret, silo.Output.Trim());
    }
}
