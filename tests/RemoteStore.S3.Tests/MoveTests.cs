using Amazon.S3;

namespace RemoteStore.S3.Tests;

/// <summary>
/// A move is a copy and a deletion: the remainder when its process dies before any of its requests, and how it is finished or taken back.
/// </summary>
public sealed class MoveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Move_that_dies_anywhere_is_finished_or_never_was(bool isRepeated)
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        options.MaxRetries = 0;
        await using var backend = new AsyncS3Backend(options);
        await backend.CheckHealthAsync(Token);
        var isFinished = 0;
        for (var requests = 0; ; requests++)
        {
            var (source, target, operation) = ($"s{requests}", $"t{requests}", Guid.NewGuid());
            await backend.WriteAsync(source, WriteContent.FromText("moved"), null, Token);
            var isDone = await MoveAsync(options, source, target, operation, requests);
            if (isRepeated)
                await backend.FindRecordAsync(source, operation, Token);
            else
                await backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token);
            var (isLeft, isThere) = (await backend.ExistsAsync(source, Token), await backend.ExistsAsync(target, Token));
            Assert.True(isLeft != isThere, $"after {requests} requests: source {isLeft}, copy {isThere}");
            Assert.Equal("moved", await backend.ReadTextAsync(isLeft ? source : target, null, Token));
            Assert.Equal(isThere, (await backend.FindRecordAsync(target, operation, Token))?.Made is not null);
            isFinished += isThere && !isDone ? 1 : 0;
            if (isDone)
                break;
        }

        Assert.True(isFinished > 0, "No move was left half done.");
        Assert.Equal(0, await backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
    }

    [Fact]
    public async Task Finishing_leaves_a_source_that_has_changed_and_records_of_moves_are_not_shown()
    {
        var options = CephServer.Options(await CephServer.NewBucketAsync());
        options.MaxRetries = 0;
        await using var backend = new AsyncS3Backend(options);
        await backend.CheckHealthAsync(Token);
        await backend.WriteAsync("s", WriteContent.FromText("moved"), null, Token);
        // It looks, records, reads and writes the copy: then it dies.
        Assert.False(await MoveAsync(options, "s", "t", Guid.NewGuid(), 4));
        Assert.Equal(
            ["s", "t"],
            await backend.ListAsync("", new ListOptions { Recursive = true }, Token).Select(e => e.Path).Order().ToListAsync(Token)
        );
        Assert.Equal(0, await backend.CompleteMovesAsync(TimeSpan.FromHours(1), Token));
        await backend.WriteAsync("s", WriteContent.FromText("newer"), WriteOptions.Replace, Token);
        Assert.Equal(1, await backend.CompleteMovesAsync(TimeSpan.FromHours(-1), Token));
        Assert.Equal(("newer", "moved"), (await backend.ReadTextAsync("s", null, Token), await backend.ReadTextAsync("t", null, Token)));
    }

    /// <returns>Whether it came to its end; else its process died after some requests.</returns>
    private static async Task<bool> MoveAsync(S3BackendOptions options, string source, string target, Guid operation, int requests)
    {
        await using var dying = new AsyncS3Backend(options);
        await dying.CheckHealthAsync(Token);
        dying.Unwrap<AmazonS3Client>()!.BeforeRequestEvent += (_, _) =>
        {
            if (--requests < 0)
                throw new IOException("The process died.");
        };
        var error = await Record.ExceptionAsync(async () =>
            await dying.MoveAsync(source, target, new MoveCopyOptions { OperationId = operation }, Token)
        );
        return error is null && requests >= 0;
    }
}
