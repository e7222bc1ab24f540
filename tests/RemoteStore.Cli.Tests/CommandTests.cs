namespace RemoteStore.Cli.Tests;

public sealed class CommandTests : CliFixture
{
    [Fact]
    public async Task A_tree_goes_there_and_back()
    {
        for (var i = 0; i < 40; i++)
            Local($"in/d{i % 4}/f{i}", $"content {i}");
        Assert.Equal(ExitCodes.Ok, (await RunAsync("put", "-r", Path.Combine(Folder, "in"), "job")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("get", "-r", "job", Path.Combine(Folder, "out"))).Code);
        for (var i = 0; i < 40; i++)
            Assert.Equal($"content {i}", await File.ReadAllTextAsync(Path.Combine(Folder, $"out/d{i % 4}/f{i}"), Token));
        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, "out"), "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Listing_marks_folders_and_speaks_json()
    {
        await Store.WriteTextAsync("a/b", "x", cancellationToken: Token);
        Assert.Equal(["a/"], (await RunAsync("ls")).Lines);
        Assert.Equal(["a/", "a/b"], (await RunAsync("ls", "-r")).Lines.Order());
        Assert.Contains("\"size\":1", (await RunAsync("ls", "a", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_one_line_and_code_3()
    {
        var result = await RunAsync("cat", "nowhere");
        Assert.Equal(ExitCodes.NotFound, result.Code);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("nowhere", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("frobnicate")]
    [InlineData("ls", "--no-such-option")]
    [InlineData("put", "x", "--parallel", "0")]
    public async Task Wrong_usage_is_code_2(params string[] args) => Assert.Equal(ExitCodes.Usage, (await RunAsync(args)).Code);

    [Theory]
    [InlineData("Certificate")]
    [InlineData("Key")]
    [InlineData("Authority")]
    public async Task A_file_of_TLS_that_cannot_be_read_is_wrong_usage(string missing)
    {
        string File(string name) => name == missing ? "/nowhere" : Local(name, "");
        var result = await RunAsync(
            StoreOpener.OpenAsync,
            "--tls-certificate",
            File("Certificate"),
            "ls",
            "--tls-key",
            File("Key"),
            "--tls-authority",
            File("Authority")
        );
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains($"Tls.{missing}: '/nowhere' cannot be read.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remotestore-silo", "ls")]
    [InlineData("silo.example", "ls", "--tls-silo-name", "silo.example")]
    [InlineData("silo.example", "--tls-silo-name", "silo.example", "ls")]
    public async Task The_name_of_the_silos_may_be_another(string name, params string[] args)
    {
        StoreAddress? asked = null;
        var result = await RunAsync(
            (address, _) =>
            {
                asked = address;
                return Task.FromResult(Opened());
            },
            args
        );
        Assert.Equal(ExitCodes.Ok, result.Code);
        Assert.Equal(name, asked!.Tls.SiloName);
    }

    [Fact]
    public async Task A_path_that_leads_out_is_refused()
    {
        Assert.Equal(ExitCodes.Usage, (await RunAsync("cat", "../etc/passwd")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("put", Local("x", "x"), "a/../../b")).Code);
    }

    [Fact]
    public async Task Conditions_decide_and_conflicts_are_code_4()
    {
        var one = Local("one", "one");
        var two = Local("two", "two");
        Assert.Equal(ExitCodes.Ok, (await RunAsync("put", one, "f")).Code);
        Assert.Equal(ExitCodes.Conflict, (await RunAsync("put", two, "f")).Code);
        Assert.Equal(ExitCodes.Conflict, (await RunAsync("put", two, "f", "--create-only")).Code);
        var etag = (await Store.GetFileInfoAsync("f", Token)).ETag!;
        Assert.Equal(ExitCodes.Ok, (await RunAsync("put", two, "f", "--if-match", etag)).Code);
        Assert.Equal(ExitCodes.Conflict, (await RunAsync("put", one, "f", "--if-match", etag)).Code);
        Assert.Equal("two", (await RunAsync("cat", "f")).Output);
        Assert.Equal("wo", (await RunAsync("cat", "f", "--offset", "1")).Output);
    }

    [Fact]
    public async Task Get_keeps_local_files_unless_asked()
    {
        await Store.WriteTextAsync("f", "remote", cancellationToken: Token);
        var local = Local("f", "local");
        Assert.Equal(ExitCodes.Conflict, (await RunAsync("get", "f", local)).Code);
        Assert.Equal("local", await File.ReadAllTextAsync(local, Token));
        Assert.Equal(ExitCodes.Ok, (await RunAsync("get", "f", local, "--overwrite")).Code);
        Assert.Equal("remote", await File.ReadAllTextAsync(local, Token));
        Assert.Equal("remote", (await RunAsync("get", "f", "-")).Output);
    }

    [Fact]
    public async Task Folders_move_and_copy_file_by_file()
    {
        foreach (var path in new[] { "a/1", "a/b/2", "a/b/c/3" })
            await Store.WriteTextAsync(path, path, cancellationToken: Token);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("cp", "-r", "a", "copy")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("mv", "-r", "a", "moved")).Code);
        Assert.False(await Store.ExistsAsync("a", Token));
        Assert.Equal("a/b/c/3", await Store.ReadTextAsync("moved/b/c/3", cancellationToken: Token));
        Assert.Equal(3, (await Store.GetFolderInfoAsync("copy", cancellationToken: Token)).FileCount);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("mv", "-r", "moved", "moved/in")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("rm", "-r", "moved", "copy")).Code);
        Assert.Empty((await RunAsync("ls")).Output);
    }

    [Fact]
    public async Task A_file_that_cannot_be_stored_does_not_stop_the_others()
    {
        Local("in/good", "1");
        Local("in/bad\\name", "2");
        File.CreateSymbolicLink(Path.Combine(Folder, "in/link"), "good");
        var result = await RunAsync("put", "-r", Path.Combine(Folder, "in"), "job");
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("skipped", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["job/good"],
            await Store.ListFilesAsync("", new ListOptions { Recursive = true }, Token).Select(f => f.Path).ToListAsync(Token)
        );
    }

    [Fact]
    public async Task Stat_and_ping_report_what_is_there()
    {
        await Store.WriteTextAsync(
            "f",
            "abc",
            new WriteOptions
            {
                ContentType = "text/plain",
                Metadata = new Dictionary<string, string> { ["k"] = "v" },
            },
            cancellationToken: Token
        );
        var stat = (await RunAsync("stat", "f")).Output;
        Assert.Contains("size:         3", stat, StringComparison.Ordinal);
        Assert.Contains("metadata.k:   v", stat, StringComparison.Ordinal);
        Assert.Contains("files:        1", (await RunAsync("stat")).Output, StringComparison.Ordinal);
        Assert.StartsWith("ok:", (await RunAsync("ping")).Output, StringComparison.Ordinal);
    }
}
