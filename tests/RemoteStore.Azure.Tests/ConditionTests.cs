using System.Globalization;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using RemoteStore.Ownership;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>The fence: of many writers one wins, and none is lost, because the service decides each condition with the commit.</summary>
public sealed class ConditionTests(AzuriteServer server) : AzureTest(server)
{
    private const int Racers = 64;

    [Theory]
    [InlineData(100)]
    [InlineData(150_000)]
    public async Task Of_many_creators_one_wins(int size)
    {
        var backend = Open(o => o.PartSize = 64 * 1024);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => CreateAsync(backend, Bytes(size, i))));
        var winner = Assert.Single(outcomes.Index(), o => o.Item).Index;
        Assert.Equal(Bytes(size, winner), await backend.ReadBytesAsync("race", null, Token));
    }

    [Fact]
    public async Task No_increment_is_lost()
    {
        await Backend.WriteTextAsync("counter", "0", null, null, Token);
        await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => IncrementAsync()));
        Assert.Equal($"{Racers}", await Backend.ReadTextAsync("counter", null, Token));
    }

    /// <summary>
    /// The in-process twin of the freeze test: the writer exists still between staging and commit while another one commits.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_writer_that_wakes_up_late_is_refused(bool staged)
    {
        var first = await Backend.WriteAsync("f", Encoding.UTF8.GetBytes("first"), null, Token);
        var frozen = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        var log = new RequestLog
        {
            Before = name =>
            {
                if (name != (staged ? "PUT blocklist" : "PUT"))
                    return Task.CompletedTask;
                reached.TrySetResult();
                return frozen.Task;
            },
        };
        var late = Open(o => o.PartSize = 64 * 1024, log);
        var lateWrite = late.WriteAtomicAsync("f", Bytes(staged ? 200_000 : 2_000), WriteOptions.Matching(first.ETag!), Token).AsTask();
        await reached.Task.WaitAsync(Token);
        await Backend.WriteAsync("f", Encoding.UTF8.GetBytes("acknowledged"), WriteOptions.Matching(first.ETag!), Token);
        frozen.SetResult();
        await Assert.ThrowsAsync<PreconditionFailedException>(() => lateWrite);
        Assert.Equal("acknowledged", await Backend.ReadTextAsync("f", null, Token));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task A_creation_whose_answer_was_lost_is_not_refused_by_itself(int size)
    {
        var log = new RequestLog
        {
            After = name =>
            {
                if (name is "PUT" or "PUT blocklist")
                    throw new IOException("the connection broke");
            },
        };
        var repeating = Open(o => (o.MaxRetries, o.PartSize) = (2, 64 * 1024), log);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await repeating.WriteAsync("f", new MemoryStream(Bytes(size)), WriteOptions.CreateOnly, Token)
        );
        Assert.Equal(Bytes(size), await Backend.ReadBytesAsync("f", null, Token));
        Assert.Single(log.Requests, r => r is "PUT" or "PUT blocklist");
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_is_not_a_miss()
    {
        await Backend.WriteTextAsync("f", "x", null, null, Token);
        var broken = 0;
        var log = new RequestLog
        {
            After = name =>
            {
                if (name == "DELETE" && Interlocked.Increment(ref broken) == 1)
                    throw new IOException("the connection broke");
            },
        };
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await Open(o => o.MaxRetries = 2, log).DeleteAsync("f", null, Token)
        );
        Assert.False(await Backend.ExistsAsync("f", Token));
    }

    [Fact]
    public async Task A_copy_over_a_file_whose_answer_was_lost_does_not_claim_that_nothing_was_done()
    {
        await Backend.WriteTextAsync("s", "new", null, null, Token);
        await Backend.WriteTextAsync("d", "old", null, null, Token);
        var broken = 0;
        var log = new RequestLog
        {
            After = name =>
            {
                if (name == "PUT copy" && Interlocked.Increment(ref broken) == 1)
                    throw new IOException("the connection broke");
            },
        };
        var repeating = Open(o => (o.ConfigureClient, o.MaxRetries) = (o.ConfigureClient + RepeatAll, 1), log);
        var options = await PathOwner.FenceAsync(Backend, "s", "d", MoveCopyOptions.Replace, Token);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () => await repeating.CopyAsync("s", "d", options, Token));
        Assert.False(error.RefusedBeforeExecution);
        Assert.Equal((2, "new"), (broken, await Backend.ReadTextAsync("d", null, Token)));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(0)]
    public async Task A_commit_whose_answer_was_lost_is_recognised_when_it_is_repeated(int size)
    {
        var log = new RequestLog();
        var backend = Open(o => o.PartSize = 64 * 1024, log);
        string token;
        await using (var writer = await backend.OpenAtomicAsync("f", null, Token))
        {
            await writer.WriteAsync(Bytes(size), Token);
            token = await writer.DetachAsync(Token);
        }

        log.After = name =>
        {
            if (name == "PUT blocklist")
                throw new IOException("the connection broke");
        };
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.CommitStagedAsync("f", token, WriteOptions.CreateOnly, Token)
        );
        log.After = null;
        var result = await backend.CommitStagedAsync("f", token, WriteOptions.CreateOnly, Token);
        var info = await backend.GetFileInfoAsync("f", Token);
        Assert.Equal((info.ETag, info.LastModified, size), (result.ETag, result.LastModified, result.Size));
    }

    [Fact]
    public async Task An_upload_says_what_it_may_collect()
    {
        await using var writer = await new AsyncStore(Backend, "folder").OpenAtomicAsync("f", cancellationToken: Token);
        Assert.Equal(5 * 4 * 1024 * 1024, writer.MaxBufferedBytes);
    }

    [Fact]
    public async Task Staged_content_is_committed_by_another_instance()
    {
        var token = "";
        await using (var writer = await Open(o => o.PartSize = 64 * 1024).OpenAtomicAsync("d/f", null, Token))
        {
            await writer.WriteAsync(Bytes(300_000), Token);
            token = await writer.DetachAsync(Token);
        }

        Assert.False(await Backend.ExistsAsync("d/f", Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await Backend.CommitStagedAsync("d/g", token, null, Token));
        var result = await Backend.CommitStagedAsync("d/f", token, null, Token);
        Assert.Equal(Bytes(300_000), await Backend.ReadBytesAsync("d/f", null, Token));
        var info = await Backend.GetFileInfoAsync("d/f", Token);
        Assert.Equal((info.Size, info.ETag, info.Digest), (result.Size, result.ETag, result.Digest));
    }

    /// <summary>As a client of the caller's may do.</summary>
    private static void RepeatAll(BlobClientOptions client) => client.RetryPolicy = new RetryPolicy(client.Retry.MaxRetries);

    private static async Task<bool> CreateAsync(AsyncAzureBackend backend, byte[] bytes)
    {
        try
        {
            await backend.WriteAtomicAsync("race", new MemoryStream(bytes), WriteOptions.CreateOnly, Token);
            return true;
        }
        catch (AlreadyExistsException)
        {
            return false;
        }
    }

    private async Task IncrementAsync()
    {
        while (true)
        {
            await using var current = await Backend.ReadAsync("counter", null, Token);
            var value = int.Parse(await new StreamReader(current).ReadToEndAsync(Token), CultureInfo.InvariantCulture);
            try
            {
                var next = Encoding.UTF8.GetBytes((value + 1).ToString(CultureInfo.InvariantCulture));
                await Backend.WriteAtomicAsync("counter", next, WriteOptions.Matching(current.Info.ETag!), Token);
                return;
            }
            catch (PreconditionFailedException)
            {
                // Another one was first: read again.
            }
        }
    }
}
