using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using RemoteStore.Drivers;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>A move in a flat account is a copy and a deletion: the remainder when it is interrupted, and how it is finished.</summary>
public sealed class MoveTests(AzuriteServer server) : AzureTest(server)
{
    [Fact]
    public async Task A_move_interrupted_after_its_copy_is_finished_later()
    {
        await CutOffAsync(before: "DELETE");
        Assert.Equal(["a", "b"], await Names());
        Assert.Equal(0, await Backend.CompleteMovesAsync(TimeSpan.FromHours(1), Token));
        Assert.Equal(1, await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
        Assert.Equal(["b"], await Names());
        Assert.Equal(0, await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
        Assert.Equal("moved", await Backend.ReadTextAsync("b", null, Token));
    }

    [Fact]
    public async Task A_move_interrupted_before_its_copy_is_forgotten()
    {
        await CutOffAsync(before: "PUT copy");
        Assert.Equal(1, await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
        Assert.Equal(["a"], await Names());
        await Backend.CopyAsync("a", "b", null, Token);
        Assert.Equal(0, await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
        Assert.Equal(["a", "b"], await Names());
    }

    [Fact]
    public async Task Finishing_leaves_a_source_that_has_changed_and_a_destination_that_was_replaced()
    {
        await CutOffAsync(before: "DELETE");
        await Backend.WriteTextAsync("a", "newer", WriteOptions.Replace, null, Token);
        await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token);
        Assert.Equal("newer", await Backend.ReadTextAsync("a", null, Token));
        await Backend.DeleteAsync("b", null, Token);

        await CutOffAsync(before: "DELETE");
        await Backend.WriteTextAsync("b", "other", WriteOptions.Replace, null, Token);
        await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token);
        Assert.Equal("moved", await Backend.ReadTextAsync("a", null, Token));
    }

    [Fact]
    public async Task A_source_that_is_replaced_during_the_move_is_not_lost()
    {
        await Backend.WriteTextAsync("a", "old", null, null, Token);
        var log = new RequestLog();
        var replaced = false;
        log.Before = async name =>
        {
            if (name == "DELETE" && !replaced)
            {
                replaced = true;
                await Backend.WriteTextAsync("a", "new", WriteOptions.Replace, null, Token);
            }
        };
        await Open(null, log).MoveAsync("a", "b", null, Token);
        Assert.Equal(["b"], await Names());
        Assert.Equal("new", await Backend.ReadTextAsync("b", null, Token));
    }

    [Fact]
    public async Task Records_of_moves_are_not_shown()
    {
        await CutOffAsync(before: "DELETE");
        Assert.Equal(
            ["a", "b"],
            await Backend.ListAsync("", new ListOptions { Recursive = true }, Token).Select(e => e.Path).Order().ToListAsync(Token)
        );
        Assert.Equal(2, await Backend.ListAsync("", null, Token).CountAsync(Token));
    }

    [Theory]
    [InlineData("PUT copy", "a")]
    [InlineData("DELETE", "b")]
    public async Task A_repeated_operation_settles_its_move_and_knows_whether_it_was_made(string before, string left)
    {
        var operation = Guid.NewGuid();
        await CutOffAsync(before, operation);
        var (source, copy) = (await Backend.FindRecordAsync("a", operation, Token), await Backend.FindRecordAsync("b", operation, Token));
        Assert.Equal([left], await Names());
        Assert.Equal((left == "a", left == "b"), (source is not null, copy?.Made is not null));
        Assert.Equal(0, await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
    }

    [Fact]
    public async Task A_blob_knows_the_operation_that_wrote_it_and_shows_it_to_no_user()
    {
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        await Backend.WriteAsync("a", WriteContent.FromText("x"), new WriteOptions { OperationId = one }, Token);
        var info = await Backend.GetFileInfoAsync("a", Token);
        Assert.Null(info.Metadata);
        var found = (await Backend.FindRecordAsync("a", one, Token))!;
        Assert.Equal((info, info.LastModified), (found.Made, found.KnownSince));
        Assert.Null((await Backend.FindRecordAsync("a", two, Token))!.Made);
        await Backend.MoveAsync("a", "b", new MoveCopyOptions { OperationId = two }, Token);
        Assert.Null((await Backend.FindRecordAsync("b", one, Token))!.Made);
        Assert.NotNull((await Backend.FindRecordAsync("b", two, Token))!.Made);
    }

    [Fact]
    public async Task A_move_that_cannot_be_finished_does_not_keep_the_others_from_it()
    {
        await CutOffAsync("DELETE", Guid.Empty);
        await CutOffAsync("DELETE", Guid.AllBitsSet, "c");
        await Container.GetBlobClient("a").GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Token);
        await Assert.ThrowsAsync<ResourceLockedException>(async () => await Backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
        Assert.Equal(["a", "b", "d"], await Names());
    }

    private async Task CutOffAsync(string before, Guid? operation = null, string source = "a")
    {
        await Backend.WriteTextAsync(source, "moved", WriteOptions.Replace, null, Token);
        var broken = false;
        var log = new RequestLog
        {
            // The process is gone from here on.
            Before = name => (broken |= name == before) ? throw new RequestFailedException(0, "the process died") : Task.CompletedTask,
        };
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await Open(null, log).MoveAsync(source, source == "a" ? "b" : "d", new MoveCopyOptions { OperationId = operation }, Token)
        );
    }

    private async Task<List<string>> Names() =>
        await Container
            .GetBlobsAsync(BlobTraits.None, BlobStates.None, null, Token)
            .Select(b => b.Name)
            .Where(n => !n.StartsWith(MoveIntent.Folder, StringComparison.Ordinal))
            .Order()
            .ToListAsync(Token);
}
