using System.Diagnostics;

namespace RemoteStore.Cli.Tests;

/// <summary>Local names that are no ordinary files, and files of the store that ordinary names cannot hold.</summary>
public sealed class SpecialFileTests : CliFixture
{
    [Fact]
    public async Task A_pipe_below_a_folder_is_skipped_and_reported()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are made by mkfifo.");
        Local("in/good", "1");
        await ShellAsync("mkfifo in/pipe");

        var result = await RunAsync("put", "-r", Path.Combine(Folder, "in"), "job");

        Assert.Equal(ExitCodes.Ok, result.Code);
        Assert.Contains("skipped, not a regular file: ", result.Error, StringComparison.Ordinal);
        Assert.Equal("1", await Store.ReadTextAsync("job/good", cancellationToken: Token));
    }

    [Theory]
    [InlineData("touch in/\"$(printf 'bad\\377')\"")]
    [InlineData("mkdir in/\"$(printf 'bad\\377')\"; touch in/\"$(printf 'bad\\377')\"/inner")]
    public async Task A_name_that_is_not_UTF_8_fails_and_the_others_are_put(string create)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no such names.");
        Local("in/good", "1");
        await ShellAsync(create);

        var result = await RunAsync("put", "-r", Path.Combine(Folder, "in"), "job");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("not valid UTF-8", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 files, 1 bytes, 1 failed", result.Error, StringComparison.Ordinal);
        Assert.Equal("1", await Store.ReadTextAsync("job/good", cancellationToken: Token));
        await ShellAsync("rm -rf in");
    }

    [Fact]
    public async Task The_longest_name_goes_there_and_back()
    {
        var name = new string('n', 255);
        var local = Local(name, "long");
        Assert.Equal(ExitCodes.Ok, (await RunAsync("put", local, "d/")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("get", $"d/{name}", Path.Combine(Folder, "out/"))).Code);
        Assert.Equal("long", await File.ReadAllTextAsync(Path.Combine(Folder, "out", name), Token));
    }

    [Theory]
    [InlineData]
    [InlineData("job/")]
    public async Task A_local_name_with_a_backslash_is_refused(params string[] target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A backslash separates folders there.");
        var result = await RunAsync(["put", Local("b\\c", "1"), .. target]);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.False(await Store.ExistsAsync("b", Token) || await Store.ExistsAsync("job", Token));
    }

    [Fact]
    public async Task A_local_name_with_a_backslash_is_put_under_a_path_that_is_given()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A backslash separates folders there.");
        Assert.Equal(ExitCodes.Ok, (await RunAsync("put", Local("b\\c", "1"), "named")).Code);
        Assert.Equal("1", await Store.ReadTextAsync("named", cancellationToken: Token));
    }

    private async Task ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", command }, WorkingDirectory = Folder })!;
        await shell.WaitForExitAsync(Token);
        Assert.Equal(0, shell.ExitCode);
    }
}
