using RemoteStore.Conformance.Tests;
using RemoteStore.Drivers;

namespace RemoteStore.Cli.Tests;

/// <summary>An object store, where a path can be a file and a folder at once.</summary>
public sealed class FlatStoreTests() : CliFixture(new AsyncDriverBackend(new FlatMemoryDriver()))
{
    [Fact]
    public async Task Recursive_deletion_takes_the_file_and_the_folder()
    {
        await SeedAsync("a", "a/b", "a/c/d", "ab");
        Assert.Equal(ExitCodes.Ok, (await RunAsync("rm", "-r", "a")).Code);
        Assert.Equal(["ab"], await FilesAsync());
    }

    [Fact]
    public async Task Recursive_get_fetches_the_folder_and_reports_the_file()
    {
        await SeedAsync("a", "a/b", "a/c/d");
        var result = await RunAsync("get", "-r", "a", Path.Combine(Folder, "out"));
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("is a file and a folder", result.Error, StringComparison.Ordinal);
        Assert.Equal("a/b", await File.ReadAllTextAsync(Path.Combine(Folder, "out/b"), Token));
        Assert.Equal("a/c/d", await File.ReadAllTextAsync(Path.Combine(Folder, "out/c/d"), Token));
    }

    [Theory]
    [InlineData("cp", "a", "a/b", "copy", "copy/b")]
    [InlineData("mv", "copy", "copy/b")]
    public async Task Recursive_copies_and_moves_take_both(string command, params string[] expected)
    {
        await SeedAsync("a", "a/b");
        Assert.Equal(ExitCodes.Ok, (await RunAsync(command, "-r", "a", "copy")).Code);
        Assert.Equal(expected, await FilesAsync());
    }

    private async Task SeedAsync(params string[] paths)
    {
        foreach (var path in paths)
            await Store.WriteTextAsync(path, path, cancellationToken: Token);
    }

    private async Task<string[]> FilesAsync() =>
        [
            .. (await Store.ListFilesAsync("", new ListOptions { Recursive = true }, Token).Select(f => f.Path).ToListAsync(Token)).Order(
                StringComparer.Ordinal
            ),
        ];
}
