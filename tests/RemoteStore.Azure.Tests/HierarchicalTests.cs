using System.Net;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>Hierarchical namespaces, which Azurite has not: at the HTTP level only.</summary>
public sealed class HierarchicalTests : IDisposable
{
    private static readonly DeleteFolderOptions Tree = new() { Recursive = true };
    private readonly ScriptedService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task A_marked_blob_is_a_folder_and_is_neither_read_written_nor_deleted_as_a_file()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.ThenFolder().ThenFolder().ThenFolder().ThenFolder().ThenFolder().ThenFolder();
        Assert.Equal(EntryKind.Folder, await backend.GetKindAsync("d", Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () => await backend.ReadBytesAsync("d", null, Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () => await backend.WriteAsync("d", new byte[1], WriteOptions.Replace, Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () =>
            await backend.DeleteAsync("d", new DeleteOptions { IgnoreMissing = true }, Token)
        );
        await Assert.ThrowsAsync<InvalidPathException>(async () => await backend.GetFileInfoAsync("d", Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () => await backend.MoveAsync("d", "e", null, Token));
        Assert.DoesNotContain(_service.Requests, r => r.Method == HttpMethod.Delete || r.Method == HttpMethod.Put);
    }

    [Fact]
    public async Task A_miss_costs_one_look_for_folders_exist_on_their_own()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.Then(HttpStatusCode.NotFound, "BlobNotFound");
        Assert.False(await backend.ExistsAsync("x", Token));
        Assert.Single(_service.Requests);
    }

    [Fact]
    public async Task A_file_is_deleted_in_the_version_that_was_looked_at()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.ThenFile("\"0x7\"").Then(HttpStatusCode.Accepted);
        await backend.DeleteAsync("f", null, Token);
        Assert.Equal("\"0x7\"", _service.Requests.Last().Headers.IfMatch.Single().Tag);
    }

    [Fact]
    public async Task A_leased_file_is_locked_and_not_asked_for_again()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.ThenFile("\"0x7\"").Then(HttpStatusCode.PreconditionFailed, "LeaseIdMissing");
        await Assert.ThrowsAsync<ResourceLockedException>(async () => await backend.DeleteAsync("f", null, Token));
        Assert.Equal(2, _service.Requests.Count);
    }

    [Fact]
    public async Task A_move_is_one_rename_with_the_conditions_of_both_ends()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.ThenFile("\"0x7\"").Then(HttpStatusCode.NotFound, "BlobNotFound").Then(HttpStatusCode.Created);
        await backend.MoveAsync("a b/f", "c/ü", new MoveCopyOptions { IfMatch = "0x7" }, Token);
        var rename = _service.Requests.Last();
        Assert.Equal("https://acc.dfs.core.windows.net/files/c/%C3%BC?mode=legacy", rename.RequestUri!.AbsoluteUri);
        Assert.Equal(
            (HttpMethod.Put, "/files/a%20b/f", "\"0x7\"", "*"),
            (
                rename.Method,
                rename.Headers.GetValues("x-ms-rename-source").Single(),
                rename.Headers.GetValues("x-ms-source-if-match").Single(),
                rename.Headers.IfNoneMatch.Single().Tag
            )
        );
        Assert.StartsWith("SharedKey acc:", rename.Headers.Authorization!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rename_onto_a_file_that_has_come_concurrently_is_refused()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.ThenFile().Then(HttpStatusCode.NotFound, "BlobNotFound").Then(HttpStatusCode.Conflict, "PathAlreadyExists").ThenFile();
        var error = await Assert.ThrowsAsync<AlreadyExistsException>(async () => await backend.MoveAsync("a", "b", null, Token));
        Assert.Equal(RemoteErrorKind.AlreadyExists, error.Kind);
    }

    [Theory]
    [InlineData(HttpStatusCode.Created, null)]
    [InlineData(HttpStatusCode.Conflict, "PathAlreadyExists")]
    public async Task A_move_makes_the_folders_that_it_needs(HttpStatusCode status, string? code)
    {
        await using var backend = _service.Open(hierarchical: true);
        _service
            .ThenFile()
            .Then(HttpStatusCode.NotFound, "BlobNotFound")
            .Then(HttpStatusCode.NotFound, "RenameDestinationParentPathNotFound");
        _service.Then(status, code).Then(HttpStatusCode.Created);
        await backend.MoveAsync("a", "c/d/f", null, Token);
        var made = _service.Requests.ElementAt(3);
        Assert.Equal(
            ("https://acc.dfs.core.windows.net/files/c/d?resource=directory", "*"),
            (made.RequestUri!.AbsoluteUri, made.Headers.IfNoneMatch.Single().Tag)
        );
        Assert.Equal("PUT dfs /files/c/d/f", _service.Log.Split(", ")[^1]);
    }

    [Fact]
    public async Task A_signature_is_repeated_for_the_source_of_a_rename()
    {
        await using var backend = _service.Open(hierarchical: true, o => (o.AccountKey, o.SasToken) = (null, "?sv=1&sig=abc"));
        _service.ThenFile().Then(HttpStatusCode.NotFound, "BlobNotFound").Then(HttpStatusCode.Created);
        await backend.MoveAsync("a", "b", null, Token);
        var rename = _service.Requests.Last();
        Assert.Contains("sig=abc", rename.RequestUri!.Query, StringComparison.Ordinal);
        Assert.Equal("/files/a?sv=1&sig=abc", rename.Headers.GetValues("x-ms-rename-source").Single());
    }

    [Fact]
    public async Task A_tree_is_deleted_by_the_service_step_by_step()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.ThenFolder().Then(HttpStatusCode.OK, null, "", ("x-ms-continuation", "go on=")).Then(HttpStatusCode.OK);
        await backend.DeleteFolderAsync("d", Tree, Token);
        Assert.Equal("HEAD blob /files/d, DELETE dfs /files/d, DELETE dfs /files/d", _service.Log);
        Assert.Equal("?recursive=true&continuation=go%20on%3D", _service.Requests.Last().RequestUri!.Query);
    }

    [Fact]
    public async Task An_empty_folder_goes_and_a_full_one_stays()
    {
        await using var backend = _service.Open(hierarchical: true);
        _service.ThenFolder().Then(HttpStatusCode.Accepted).ThenFolder().Then(HttpStatusCode.Conflict, "DirectoryIsNotEmpty");
        await backend.DeleteFolderAsync("d", null, Token);
        await Assert.ThrowsAsync<FolderNotEmptyException>(async () => await backend.DeleteFolderAsync("d", null, Token));
    }

    [Fact]
    public void The_data_lake_endpoint_must_be_known() =>
        Assert.Throws<ArgumentException>(() =>
            _service.Open(hierarchical: true, o => o.ServiceUri = new Uri("https://files.example.com/acc"))
        );
}
