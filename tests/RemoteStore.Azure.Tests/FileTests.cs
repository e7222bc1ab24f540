using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>What a file keeps: metadata, content type, hash; and what other programs may have left in the container.</summary>
public sealed class FileTests(AzuriteServer server) : AzureTest(server)
{
    private static readonly Dictionary<string, string> Odd = new()
    {
        ["plain"] = "value",
        ["with-dash"] = "a",
        ["with.dot"] = "b",
        ["1st"] = "c",
        ["a__2d"] = "d",
        ["Author"] = "e",
        ["author"] = "f",
        ["AUTHOR"] = "g",
        ["hdi_isfolder"] = "true",
        ["leer"] = "",
        ["space"] = " x ",
        ["text"] = "grüße 漢字 😀",
        ["word"] = "=?utf-8?B?eA==?=",
        ["a_"] = "h",
        ["a_-"] = "i",
    };

    [Theory]
    [InlineData(1000)]
    [InlineData(200_000)]
    public async Task Every_legal_metadata_survives_writes_copies_and_moves(int size)
    {
        var backend = Open(o => o.PartSize = 64 * 1024);
        await backend.WriteAsync("f", Bytes(size), new WriteOptions { Metadata = Odd, ContentType = "text/plain; charset=utf-8" }, Token);
        await backend.CopyAsync("f", "g", null, Token);
        await backend.MoveAsync("f", "h", null, Token);
        foreach (var name in new[] { "g", "h" })
        {
            var info = await backend.GetFileInfoAsync(name, Token);
            Assert.Equal(UserMetadata.From(Odd), info.Metadata);
            Assert.Equal("text/plain; charset=utf-8", info.ContentType);
            await using var stream = await backend.ReadAsync(name, ReadOptions.At(3, 5), Token);
            Assert.Equal(info, stream.Info);
        }

        var listed = await backend.ListFilesAsync("", null, Token).ToListAsync(Token);
        Assert.All(listed, f => Assert.Equal(UserMetadata.From(Odd), f.Metadata));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(200_000)]
    public async Task The_hash_is_kept_and_reported_everywhere(int size)
    {
        var backend = Open(o => o.PartSize = 64 * 1024);
#pragma warning disable CA5351
        var md5 = new ContentDigest("md5", Convert.ToHexStringLower(MD5.HashData(Bytes(size))));
#pragma warning restore CA5351
        var written = await backend.WriteAsync("f", new MemoryStream(Bytes(size)), null, Token);
        Assert.Equal(md5, written.Digest);
        Assert.Equal(md5, (await backend.GetFileInfoAsync("f", Token)).Digest);
        Assert.Equal(md5, (await backend.ListFilesAsync("", null, Token).SingleAsync(Token)).Digest);
    }

    [Fact]
    public async Task What_no_key_can_name_is_not_shown_but_goes_with_its_folder()
    {
        foreach (var name in new[] { "d/f", "d//x", "d/.~rs.moves/1", "d/" })
            await Container.UploadBlobAsync(name, BinaryData.FromString("x"), Token);
        Assert.Equal(
            ["d", "d/f"],
            await Backend.ListAsync("", new ListOptions { Recursive = true }, Token).Select(e => e.Path).Order().ToListAsync(Token)
        );
        Assert.Equal(1, (await Backend.GetFolderInfoAsync("d", null, Token)).FileCount);
        await Backend.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true }, Token);
        Assert.Empty(await Container.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_marker_of_other_programs_is_a_folder()
    {
        var marker = Container.GetBlockBlobClient("dir");
        await marker.UploadAsync(
            Stream.Null,
            new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["hdi_isfolder"] = "true" } },
            Token
        );
        await Container.UploadBlobAsync("dir/f", BinaryData.FromString("x"), Token);
        Assert.Equal(EntryKind.Folder, await Backend.GetKindAsync("dir", Token));
        Assert.Equal([new RemoteFolderEntry("dir")], await Backend.ListAsync("", null, Token).ToListAsync(Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () => await Backend.ReadBytesAsync("dir", null, Token));
        await Backend.DeleteFolderAsync("dir", new DeleteFolderOptions { Recursive = true }, Token);
        Assert.False(await Backend.ExistsAsync("dir", Token));
    }

    [Fact]
    public async Task Metadata_that_no_contract_allows_never_makes_a_file_unreadable()
    {
        var blob = Container.GetBlockBlobClient("f");
        var metadata = new Dictionary<string, string>
        {
            ["_hidden"] = "x",
            ["ok"] = "y",
            ["long"] = new string('z', 4000),
        };
        await blob.UploadAsync(BinaryData.FromString("bytes").ToStream(), new BlobUploadOptions { Metadata = metadata }, Token);
        Assert.Equal("bytes", await Backend.ReadTextAsync("f", null, Token));
        Assert.Equal(
            UserMetadata.From(new Dictionary<string, string> { ["ok"] = "y" }),
            (await Backend.GetFileInfoAsync("f", Token)).Metadata
        );
    }

    [Fact]
    public async Task Memory_of_a_large_upload_is_bounded_by_blocks_in_flight()
    {
        var most = 0;
        var flying = 0;
        var log = new RequestLog
        {
            Before = name =>
            {
                if (name == "PUT block")
                    most = Math.Max(most, Interlocked.Increment(ref flying));
                return Task.CompletedTask;
            },
            After = name =>
            {
                if (name == "PUT block")
                    Interlocked.Decrement(ref flying);
            },
        };
        var backend = Open(o => (o.PartSize, o.MaxConcurrency) = (64 * 1024, 3), log);
        var result = await backend.WriteAsync("f", new MemoryStream(Bytes(5_000_000)), null, Token);
        Assert.Equal(5_000_000, result.Size);
        Assert.InRange(most, 2, 3);
        Assert.Equal(Bytes(5_000_000), await backend.ReadBytesAsync("f", null, Token));
    }
}
