namespace RemoteStore.Cli.Tests;

/// <summary>An option either acts or is refused.</summary>
public sealed class OptionTests : CliFixture
{
    [Theory]
    [InlineData("rm", "-r", "--if-match", "wrong", "folder")]
    [InlineData("cp", "-r", "--if-match", "wrong", "folder", "other")]
    [InlineData("mv", "-r", "--if-match", "wrong", "folder", "other")]
    [InlineData("rm", "--if-match", "wrong", "folder/f", "folder/g")]
    public async Task A_condition_on_more_than_one_file_is_refused(params string[] args)
    {
        await Store.WriteTextAsync("folder/f", "keep", cancellationToken: Token);
        await Store.WriteTextAsync("folder/g", "keep", cancellationToken: Token);
        var result = await RunAsync(args);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("--if-match must name one file", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Store.GetFolderInfoAsync("folder", cancellationToken: Token)).FileCount);
        Assert.False(await Store.ExistsAsync("other", Token));
    }

    [Fact]
    public async Task A_condition_on_a_local_folder_is_refused()
    {
        Local("in/f", "new");
        await Store.WriteTextAsync("job/f", "keep", cancellationToken: Token);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("put", "-r", "--if-match", "wrong", Path.Combine(Folder, "in"), "job")).Code);
        Assert.Equal("keep", await Store.ReadTextAsync("job/f", cancellationToken: Token));
    }

    [Fact]
    public async Task A_condition_on_one_file_decides_with_the_recursive_option_too()
    {
        await Store.WriteTextAsync("f", "keep", cancellationToken: Token);
        Assert.Equal(ExitCodes.Conflict, (await RunAsync("rm", "-r", "--if-match", "wrong", "f")).Code);
        Assert.Equal(ExitCodes.Conflict, (await RunAsync("mv", "-r", "--if-match", "wrong", "f", "g")).Code);
        Assert.Equal("keep", await Store.ReadTextAsync("f", cancellationToken: Token));
    }

    [Theory]
    [InlineData("--connect", "127.0.0.1:1")]
    [InlineData("--cluster-id", "other")]
    [InlineData("--tls-certificate", "file")]
    [InlineData("--tls-silo-name", "name")]
    public async Task A_configuration_file_excludes_the_options_of_a_connection(string option, string value)
    {
        var result = await RunAsync("ls", "--config", "stores.json", option, value);
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_only_excludes_overwrite()
    {
        Assert.Equal(ExitCodes.Usage, (await RunAsync("put", Local("x", "x"), "f", "--create-only", "--overwrite")).Code);
        Assert.False(await Store.ExistsAsync("f", Token));
    }

    [Fact]
    public async Task Stat_of_a_folder_is_JSON_where_that_is_asked_for()
    {
        await Store.WriteTextAsync("d/f", "abc", cancellationToken: Token);
        Assert.StartsWith(
            "{\"type\":\"folder\",\"path\":\"d\",\"files\":1,\"size\":3",
            (await RunAsync("stat", "d", "--json")).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Listing_a_file_shows_it_and_listing_nothing_is_not_found()
    {
        await Store.WriteTextAsync("d/f", "abc", cancellationToken: Token);
        Assert.Equal(["d/f"], (await RunAsync("ls", "d/f")).Lines);
        Assert.Equal(ExitCodes.NotFound, (await RunAsync("ls", "missing")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("ls")).Code);
    }
}
