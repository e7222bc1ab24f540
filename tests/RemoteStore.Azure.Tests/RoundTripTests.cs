using Azure.Storage.Blobs.Models;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>What every operation costs, in requests, against the real server. The same table is in docs/backends/azure.md.</summary>
public sealed class RoundTripTests(AzuriteServer server) : AzureTest(server)
{
    [Fact]
    public async Task A_read_is_one_request_with_facts_and_bytes()
    {
        await Backend.WriteAsync("a/f", Bytes(1000), null, Token);
        Assert.Equal("GET", await RequestsOf(async () => await Backend.ReadBytesAsync("a/f", null, Token)));
        Assert.Equal(
            "GET",
            await RequestsOf(async () =>
            {
                await using var stream = await Backend.ReadAsync("a/f", ReadOptions.At(10, 20), Token);
                Assert.Equal(1000, stream.Info.Size);
                Assert.NotNull(stream.Info.ETag);
                Assert.Equal(20, await stream.ReadAtLeastAsync(new byte[50], 50, throwOnEndOfStream: false, Token));
            })
        );
    }

    [Fact]
    public async Task Bytes_are_written_in_one_request_whatever_the_conditions()
    {
        WriteResult first = null!;
        Assert.Equal("PUT", await RequestsOf(async () => first = await Backend.WriteAtomicAsync("f", Bytes(1000), null, Token)));
        Assert.Equal(
            "PUT",
            await RequestsOf(async () => await Backend.WriteAsync("f", Bytes(9), WriteOptions.Matching(first.ETag!), Token))
        );
        Assert.Equal("PUT", await RequestsOf(async () => await Backend.WriteAsync("f", Bytes(10), WriteOptions.Replace, Token)));
        Assert.Equal(
            "PUT, HEAD",
            await RequestsOf(() =>
                Assert.ThrowsAsync<AlreadyExistsException>(async () =>
                    await Backend.WriteAsync("f", Bytes(10), WriteOptions.CreateOnly, Token)
                )
            )
        );
    }

    [Fact]
    public async Task A_stream_is_looked_for_before_it_is_consumed()
    {
        Assert.Equal("HEAD, PUT", await RequestsOf(async () => await Backend.WriteAsync("f", new MemoryStream(Bytes(1000)), null, Token)));
        Assert.Equal(
            "PUT",
            await RequestsOf(async () => await Backend.WriteAsync("f", new MemoryStream(Bytes(1000)), WriteOptions.Replace, Token))
        );
        var source = new MemoryStream(Bytes(1000));
        Assert.Equal(
            "HEAD",
            await RequestsOf(() =>
                Assert.ThrowsAsync<AlreadyExistsException>(async () => await Backend.WriteAsync("f", source, null, Token))
            )
        );
        Assert.Equal(0, source.Position);
    }

    [Fact]
    public async Task A_large_write_is_its_blocks_and_a_commit()
    {
        var backend = Open(o => o.PartSize = 256 * 1024, Log);
        Assert.Equal(
            "PUT block, PUT block, PUT block, PUT blocklist",
            await RequestsOf(async () => await backend.WriteAsync("f", new MemoryStream(Bytes(600_000)), WriteOptions.Replace, Token))
        );
    }

    [Fact]
    public async Task Looking_costs_one_request_for_a_file_and_two_for_a_folder_or_nothing()
    {
        await Backend.WriteAsync("a/f", Bytes(1), null, Token);
        Assert.Equal("HEAD", await RequestsOf(async () => Assert.Equal(EntryKind.File, await Backend.GetKindAsync("a/f", Token))));
        Assert.Equal("HEAD", await RequestsOf(async () => await Backend.GetFileInfoAsync("a/f", Token)));
        Assert.Equal(
            "HEAD, GET list",
            await RequestsOf(async () => Assert.Equal(EntryKind.Folder, await Backend.GetKindAsync("a", Token)))
        );
        Assert.Equal("HEAD, GET list", await RequestsOf(async () => Assert.False(await Backend.ExistsAsync("b", Token))));
        Assert.Equal("GET list", await RequestsOf(async () => await Backend.CheckHealthAsync(Token)));
    }

    [Fact]
    public async Task Deleting_is_one_request_and_a_miss_is_looked_at()
    {
        var written = await Backend.WriteAsync("f", Bytes(1), null, Token);
        Assert.Equal(
            "DELETE",
            await RequestsOf(async () => await Backend.DeleteAsync("f", new DeleteOptions { IfMatch = written.ETag }, Token))
        );
        Assert.Equal(
            "DELETE, HEAD, GET list",
            await RequestsOf(async () => await Backend.DeleteAsync("f", new DeleteOptions { IgnoreMissing = true }, Token))
        );
    }

    [Fact]
    public async Task Copy_is_one_request_and_move_five()
    {
        await Backend.WriteAsync("f", Bytes(1), null, Token);
        Assert.Equal("PUT copy", await RequestsOf(async () => await Backend.CopyAsync("f", "g", null, Token)));
        Assert.Equal("HEAD, PUT, PUT copy, DELETE, DELETE", await RequestsOf(async () => await Backend.MoveAsync("f", "h", null, Token)));
        Assert.Equal(["g", "h"], await Names());
    }

    [Fact]
    public async Task A_listing_is_one_request_a_page_also_when_recursive()
    {
        foreach (var name in new[] { "a/1", "a/b/2", "a/b/c/3", "d/4" })
            await Backend.WriteAsync(name, Bytes(1), null, Token);
        Assert.Equal(
            "GET list",
            await RequestsOf(async () =>
                Assert.Equal(4, await Backend.ListFilesAsync("", new ListOptions { Recursive = true }, Token).CountAsync(Token))
            )
        );
        Assert.Equal("GET list", await RequestsOf(async () => Assert.Equal(2, await Backend.ListAsync("", null, Token).CountAsync(Token))));
        Assert.Equal(
            "GET list, GET list",
            await RequestsOf(async () =>
                Assert.Equal(
                    4,
                    await Backend.ListFilesAsync("", new ListOptions { Recursive = true, PageSize = 2 }, Token).CountAsync(Token)
                )
            )
        );
        Assert.Equal("HEAD, GET list, GET list", await RequestsOf(async () => await Backend.GetFolderInfoAsync("a", null, Token)));
    }

    [Fact]
    public async Task A_tree_is_listed_once_and_deleted_blob_by_blob()
    {
        foreach (var name in new[] { "a/1", "a/b/2", "ab" })
            await Backend.WriteAsync(name, Bytes(1), null, Token);
        Assert.Equal(
            "HEAD, GET list, GET list, DELETE, DELETE, HEAD",
            await RequestsOf(async () => await Backend.DeleteFolderAsync("a", new DeleteFolderOptions { Recursive = true }, Token))
        );
        Assert.Equal(["ab"], await Names());
    }

    private async Task<List<string>> Names() =>
        await Container.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, Token).Select(b => b.Name).Order().ToListAsync(Token);
}
