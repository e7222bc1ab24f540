namespace RemoteStore.S3.Tests;

/// <summary>What was open when its backend closed, and maintenance after that: each later call says that the backend is closed.</summary>
public sealed class ClosedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(S3BackendOptions.MinPartSize + 10)]
    public async Task Writer_of_a_closed_backend_says_that_it_is_closed(int size)
    {
        await using var server = new ScriptedServer(r =>
            r.Is("POST", "uploads") ? new(200, "<InitiateMultipartUploadResult><UploadId>up</UploadId></InitiateMultipartUploadResult>")
            : r.Is("HEAD") ? Answer.Error(404, "")
            : Answer.Ok
        );
        var options = server.NewOptions();
        options.PartSize = S3BackendOptions.MinPartSize;
        await using var backend = new AsyncS3Backend(options);
        foreach (
            var last in new Func<AsyncAtomicWriter, ValueTask>[]
            {
                async w => await w.CommitAsync(Token),
                async w => await w.DetachAsync(Token),
                w => w.WriteAsync(new byte[size], Token),
            }
        )
        {
            await using var opened = new AsyncS3Backend(options);
            await using var writer = await opened.OpenAtomicAsync("f", null, Token);
            await writer.WriteAsync(new byte[size], Token);
            await opened.CloseAsync(Token);
            await AssertClosedAsync(() => last(writer));
        }
    }

    [Fact]
    public async Task Listing_and_maintenance_of_a_closed_backend_say_that_it_is_closed()
    {
        await using var server = new ScriptedServer(_ =>
            new(200, "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>")
        );
        await using var backend = server.NewBackend();
        await using var entries = backend.ListAsync("", null, Token).GetAsyncEnumerator(Token);
        Assert.True(await entries.MoveNextAsync());
        await backend.CloseAsync(Token);
        await AssertClosedAsync(async () => await entries.MoveNextAsync());
        await AssertClosedAsync(async () => await backend.CleanUpAsync(TimeSpan.Zero, Token));
        await AssertClosedAsync(async () => await backend.CompleteMovesAsync(TimeSpan.Zero, Token));
        await AssertClosedAsync(async () => await backend.MaintainAsync(Token));
        await AssertClosedAsync(async () => await backend.CommitStagedAsync("f", "token", null, Token));
    }

    /// <summary>A body that broke is disposed inside: the next read says so in the store's own terms too.</summary>
    [Fact]
    public async Task Reader_whose_body_broke_fails_typed_each_time()
    {
        await using var server = new ScriptedServer(_ => ServiceTests.Found("") with { Missing = 1000, FallsSilent = true });
        var options = server.NewOptions();
        options.RequestTimeout = TimeSpan.FromSeconds(1);
        await using var backend = new AsyncS3Backend(options);
        await using var stream = await backend.ReadAsync("f", null, Token);
        await stream.ReadExactlyAsync(new byte[4], Token);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await stream.ReadExactlyAsync(new byte[10], Token));
        await backend.CloseAsync(Token);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await stream.ReadExactlyAsync(new byte[10], Token));
    }

    private static async Task AssertClosedAsync(Func<ValueTask> call)
    {
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () => await call());
        Assert.False(error.IsTransient);
        Assert.Equal("s3", error.Backend);
    }
}
