using System.Globalization;

namespace RemoteStore.S3.Tests;

/// <summary>
/// Deletions of one version where the service ignores the condition of a DELETE, when the answer to the mark is lost. Creators wait for as
/// long as the present mark says, so only the request that was signed together with it may be sent.
/// </summary>
public sealed class MarkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Own_mark_is_recognised_after_a_lost_answer_and_removed()
    {
        await using var service = new Service();
        await using var backend = await service.NewBackendAsync();
        await backend.DeleteAsync("f", new DeleteOptions { IfMatch = $"{Service.ETag}.first" }, Token);
        Assert.Equal([service.Until], service.Deletes);
    }

    /// <summary>
    /// The first attempt's mark comes after the lookup, and refuses the second: the second's request would live for longer than creators
    /// wait.
    /// </summary>
    [Fact]
    public async Task Only_the_request_that_was_signed_with_the_mark_is_sent()
    {
        await using var service = new Service { IsLate = true };
        await using var backend = await service.NewBackendAsync();
        await backend.DeleteAsync("f", new DeleteOptions { IfMatch = $"{Service.ETag}.first" }, Token);
        Assert.Equal(2, service.Marks);
        Assert.Equal([service.Until], service.Deletes);
    }

    [Fact]
    public async Task File_that_has_taken_the_place_of_the_mark_stays()
    {
        await using var service = new Service { Creator = "creator" };
        await using var backend = await service.NewBackendAsync();
        await backend.DeleteAsync("f", new DeleteOptions { IfMatch = $"{Service.ETag}.first" }, Token);
        Assert.Empty(service.Deletes);
    }

    /// <summary>A mark's end reports all the writes before it: anyone who follows it can be recognised.</summary>
    [Fact]
    public async Task File_that_takes_the_place_of_a_mark_continues_with_its_history()
    {
        var bucket = await CephServer.NewBucketAsync();
        using var client = CephServer.NewClient();
        await using var backend = new AsyncS3Backend(CephServer.Options(bucket));
        await backend.WriteAsync("f", "first"u8.ToArray(), WriteOptions.CreateOnly, Token);
        var first = S3Metadata.Read((await client.GetObjectMetadataAsync(bucket, "f", Token)).Metadata).History;
        var request = new Amazon.S3.Model.PutObjectRequest
        {
            BucketName = bucket,
            Key = "f",
            UseChunkEncoding = false,
            ContentBody = "mark",
        };
        S3Metadata.Write(request.Metadata, null, S3History.New().After(first), DateTimeOffset.UtcNow.AddSeconds(-5).ToUnixTimeSeconds());
        await client.PutObjectAsync(request, Token);
        await backend.WriteAsync("f", "second"u8.ToArray(), WriteOptions.CreateOnly, Token);
        var second = S3Metadata.Read((await client.GetObjectMetadataAsync(bucket, "f", Token)).Metadata).History;
        Assert.True(second.Contains(first.Own) && second.IsWhole);
    }

    private sealed class Service : IAsyncDisposable
    {
        internal const string ETag = "0123456789abcdef0123456789abcdef";
        private readonly ScriptedServer _server;
        private readonly AheadClock _clock = new();
        private string _history = "first";
        private string _mark = "";

        internal Service() => _server = new ScriptedServer(AnswerTo);

        /// <summary>Whether the first mark comes only with the second attempt.</summary>
        internal bool IsLate { get; init; }

        /// <summary>Who has replaced the mark at once.</summary>
        internal string? Creator { get; init; }

        internal int Marks { get; private set; }

        /// <summary>The end that the first mark reports.</summary>
        internal long Until { get; private set; }

        /// <summary>The ends of the requests that were sent.</summary>
        internal List<long> Deletes { get; } = [];

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        internal async Task<AsyncS3Backend> NewBackendAsync()
        {
            var backend = new AsyncS3Backend(_server.NewOptions(S3ConditionSupport.Probe), _clock);
            await backend.CheckHealthAsync(Token);
            return backend;
        }

        private Answer AnswerTo(Arrived r)
        {
            if (r.Path.Contains(".~rs.probe", StringComparison.Ordinal) || r.Path is "/bucket" or "/bucket/")
                return Probed(r);
            return r.Method switch
            {
                "HEAD" => Head(),
                "PUT" => Mark(r),
                _ => Delete(r),
            };
        }

        // Conditions of a PUT are honoured, and no other.
        private static Answer Probed(Arrived r) =>
            r.Is("PUT") && (r.Header("If-None-Match") is not null || (r.Header("If-Match") ?? ETag).Trim('"') != ETag)
                ? Answer.Error(412, "PreconditionFailed")
            : r.Is("POST", "uploads") ? ServiceTests.Upload
            : r.Is("POST") ? ServiceTests.Completed
            : Answer.Ok;

        private Answer Head()
        {
            var found = ServiceTests.Found(_history);
            return _history == _mark
                ? found with
                {
                    Headers = [.. found.Headers, ("x-amz-meta-rs-deleted", Until.ToString(CultureInfo.InvariantCulture))],
                }
                : found;
        }

        private Answer Mark(Arrived r)
        {
            if (Marks++ > 0)
            {
                _history = _mark;
                return Answer.Error(412, "PreconditionFailed");
            }

            Until = long.Parse(r.Header("x-amz-meta-rs-deleted")!, CultureInfo.InvariantCulture);
            _mark = r.Header("x-amz-meta-rs-op")!;
            _history =
                IsLate ? _history
                : Creator is null ? _mark
                : $"{Creator},{_mark}";
            _clock.Ahead += TimeSpan.FromSeconds(7);
            return Answer.Lost;
        }

        private Answer Delete(Arrived r)
        {
            var query = System.Web.HttpUtility.ParseQueryString(r.Query);
            var signed = DateTimeOffset.ParseExact(
                query["X-Amz-Date"]!,
                "yyyyMMdd'T'HHmmss'Z'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal
            );
            Deletes.Add(signed.ToUnixTimeSeconds() + long.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture) + 1);
            return new(204);
        }
    }

    /// <summary>The system's clock, and more.</summary>
    private sealed class AheadClock : TimeProvider
    {
        internal TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
