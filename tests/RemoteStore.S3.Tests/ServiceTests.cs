using System.Text;

namespace RemoteStore.S3.Tests;

/// <summary>What a service with all of Amazon's conditions is sent, and what one without any is believed. Ceph is in between.</summary>
public sealed class ServiceTests
{
    private const string ETag = "0123456789abcdef0123456789abcdef";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_that_ignores_conditions_is_found_out_and_offers_none()
    {
        await using var server = new ScriptedServer(_ => Answer.Ok);
        await using var backend = server.NewBackend(S3ConditionSupport.Probe);
        Assert.True(backend.Capabilities.Supports(Capability.CreateOnly));
        await backend.CheckHealthAsync(Token);
        Assert.False(backend.Capabilities.Supports(Capability.CreateOnly));
        Assert.False(backend.Capabilities.Supports(Capability.Conditional));
        var before = server.Requests.Count;
        await Assert.ThrowsAsync<CapabilityNotSupportedException>(async () =>
            await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        await Assert.ThrowsAsync<CapabilityNotSupportedException>(async () =>
            await backend.DeleteAsync("f", new DeleteOptions { IfMatch = "x" }, Token)
        );
        Assert.Equal(before, server.Requests.Count);
    }

    [Fact]
    public async Task First_conditional_write_probes_by_itself_and_is_refused()
    {
        await using var server = new ScriptedServer(r => r.Is("HEAD") ? Answer.Error(404, "") : Answer.Ok);
        await using var backend = server.NewBackend(S3ConditionSupport.Probe);
        await Assert.ThrowsAsync<CapabilityNotSupportedException>(async () =>
            await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        Assert.DoesNotContain(server.Requests, r => r.Path == "/bucket/f" && r.Is("PUT"));
        await backend.WriteAsync("f", "x"u8.ToArray(), null, Token);
        Assert.Single(server.Requests, r => r.Path == "/bucket/f" && r.Is("PUT"));
    }

    [Fact]
    public async Task Reader_without_the_right_to_probe_is_healthy()
    {
        await using var server = new ScriptedServer(r => r.Is("HEAD") ? Answer.Ok : Answer.Error(403, "AccessDenied"));
        await using var backend = server.NewBackend(S3ConditionSupport.Probe);
        await backend.CheckHealthAsync(Token);
        await Assert.ThrowsAsync<PermissionDeniedException>(async () =>
            await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
    }

    [Fact]
    public async Task Ceph_honours_conditions_of_a_PUT_and_little_else()
    {
        var bucket = await CephServer.NewBucketAsync();
        await using var backend = new AsyncS3Backend(CephServer.Options(bucket));
        await backend.CheckHealthAsync(Token);
        Assert.Equal(new S3ServiceFeatures { Put = true, CopySource = S3CopySource.Ceph }, backend.Traits);
        Assert.Equal(
            CapabilitySet.All.Without(Capability.AtomicMove | Capability.SeekableRead | Capability.ResumeStaging),
            backend.Capabilities
        );
        using var client = CephServer.NewClient();
        Assert.Null((await client.ListObjectsV2Async(new() { BucketName = bucket }, Token)).S3Objects);
    }

    [Fact]
    public async Task Completion_carries_the_condition_where_the_service_decides_it()
    {
        var completed = false;
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => completed ? Found("") : Answer.Error(404, ""),
                { Method: "POST" } when r.Query.Contains("uploads", StringComparison.Ordinal) => Upload,
                { Method: "POST" } when !completed => Complete(out completed),
                { Method: "POST" } => Answer.Error(412, "PreconditionFailed"),
                _ => Answer.Ok,
            }
        );
        await using var backend = server.NewBackend();
        await WriteLargeAsync();
        var complete = server.Requests.Last(r => r.Is("POST", "uploadId=up"));
        Assert.Equal("*", complete.Header("If-None-Match"));
        completed = false;
        await using var writer = await backend.OpenAtomicAsync("f", WriteOptions.CreateOnly, Token);
        await writer.WriteAsync(new byte[9 * 1024 * 1024], Token);
        completed = true;
        await Assert.ThrowsAsync<AlreadyExistsException>(async () => await writer.CommitAsync(Token));
        Assert.Contains(server.Requests, r => r.Is("DELETE", "uploadId=up"));

        Task WriteLargeAsync() =>
            backend.WriteAsync("f", new MemoryStream(new byte[9 * 1024 * 1024]), WriteOptions.CreateOnly, Token).AsTask();
    }

    [Fact]
    public async Task Copy_and_delete_carry_conditions_where_the_service_decides_them()
    {
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => Found("op"),
                { Method: "PUT" } => new(200, $"<CopyObjectResult><ETag>\"{ETag}\"</ETag></CopyObjectResult>"),
                _ => new(204),
            }
        );
        await using var backend = server.NewBackend();
        await backend.MoveAsync("a", "b", null, Token);
        string[] order = ["HEAD a", "PUT record", "PUT b", "DELETE a", "DELETE record"];
        Assert.Equal(
            order,
            server.Requests.Select(r =>
                $"{r.Method} "
                + $"{(r.Path.StartsWith("/bucket/.~rs.moves/", StringComparison.Ordinal) ? "record" : r.Path["/bucket/".Length..])}"
            )
        );
        var copy = server.Requests.Single(r => r.Path == "/bucket/b");
        Assert.Equal($"\"{ETag}\"", copy.Header("x-amz-copy-source-if-match"));
        Assert.Equal("*", copy.Header("If-None-Match"));
        Assert.Equal($"\"{ETag}\"", server.Requests.Single(r => r.Is("DELETE") && r.Path == "/bucket/a").Header("If-Match"));
    }

    /// <summary>
    /// No service knows the version of a copy's target: the content is put under it. A source that changes on the way is no answer about
    /// the target.
    /// </summary>
    [Fact]
    public async Task Copy_over_a_version_is_a_PUT_under_it_and_a_changed_source_is_looked_at_again()
    {
        var reads = 0;
        // The SDK compares the bytes with what looks like their MD5.
        var source = Found("") with
        {
            Headers = [("ETag", "\"81dc9bdb52d04dc20036dbd8313ed055\""), ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT")],
        };
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "GET" } when reads++ == 0 => Answer.Error(412, "PreconditionFailed"),
                { Method: "PUT" } => Answer.Ok,
                _ => r.Path == "/bucket/a" ? source : Found(""),
            }
        );
        await using var backend = server.NewBackend();
        await backend.CopyAsync("a", "b", new MoveCopyOptions { Overwrite = true, DestinationIfMatch = ETag }, Token);
        Assert.Equal(
            ["HEAD a", "HEAD b", "GET a", "HEAD a", "HEAD b", "GET a", "PUT b"],
            server.Requests.Select(r => $"{r.Method} {r.Path["/bucket/".Length..]}")
        );
        var put = server.Requests.Last();
        Assert.Equal(
            ($"\"{ETag}\"", null, "1234"),
            (put.Header("If-Match"), put.Header("x-amz-copy-source"), Encoding.UTF8.GetString(put.Body))
        );
    }

    [Fact]
    public async Task Bytes_that_were_damaged_on_the_way_are_no_lack_of_credentials()
    {
        await using var server = new ScriptedServer(_ => Found(""));
        await using var backend = server.NewBackend();
        var copy = await Assert.ThrowsAnyAsync<RemoteStoreException>(async () =>
            await backend.CopyAsync("a", "b", new MoveCopyOptions { Overwrite = true, DestinationIfMatch = ETag }, Token)
        );
        var read = await Assert.ThrowsAnyAsync<RemoteStoreException>(async () => await backend.ReadBytesAsync("a", null, Token));
        Assert.All([copy, read], e => Assert.Equal((RemoteErrorKind.Other, true), (e.Kind, e.IsTransient)));
        Assert.DoesNotContain(server.Requests, r => r.Is("PUT"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_of_much_over_a_version_is_completed_under_it(bool isCurrent)
    {
        var large = Found("") with { Missing = 6L * 1024 * 1024 * 1024 };
        var stands = isCurrent ? "first" : "second";
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => r.Path == "/bucket/a" ? large : Found(stands),
                { Method: "POST" } when r.Query.Contains("uploads", StringComparison.Ordinal) => Upload,
                { Method: "POST" } => Complete(out stands),
                { Method: "PUT" } => new(200, $"<CopyPartResult><ETag>\"{ETag}\"</ETag></CopyPartResult>"),
                _ => new(204),
            }
        );
        await using var backend = server.NewBackend();
        var options = new MoveCopyOptions { Overwrite = true, DestinationIfMatch = $"{ETag}.first" };
        var error = await Record.ExceptionAsync(async () => await backend.CopyAsync("a", "b", options, Token));
        Assert.Equal(isCurrent ? null : "b", (error as PreconditionFailedException)?.Path);
        Assert.Equal(
            isCurrent ? [$"\"{ETag}\""] : [],
            server.Requests.Where(r => r.Is("POST", "uploadId=up")).Select(r => r.Header("If-Match"))
        );
        Assert.Equal(isCurrent ? 0 : 1, server.Requests.Count(r => r.Is("DELETE", "uploadId=up")));

        static Answer Complete(out string stands)
        {
            stands = "copied";
            return Completed;
        }
    }

    [Fact]
    public async Task Failed_part_aborts_the_upload()
    {
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "POST" } => Upload,
                { Method: "PUT" } => Answer.Error(403, "AccessDenied"),
                _ => new(204),
            }
        );
        await using var backend = server.NewBackend();
        await Assert.ThrowsAsync<PermissionDeniedException>(async () =>
            await backend.WriteAsync("f", new MemoryStream(new byte[20 * 1024 * 1024]), WriteOptions.Replace, Token)
        );
        Assert.Single(server.Requests, r => r.Is("DELETE", "uploadId=up"));
        Assert.DoesNotContain(server.Requests, r => r.Is("POST", "uploadId=up"));
    }

    [Fact]
    public async Task Body_that_ends_early_is_an_error_and_no_short_read()
    {
        await using var server = new ScriptedServer(_ => new(200, new string('x', 1000), ("ETag", "\"abc-2\"")) { Missing = 1000 });
        await using var backend = server.NewBackend(retries: 0);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
        {
            await using var stream = await backend.ReadAsync("f", null, Token);
            await stream.CopyToAsync(Stream.Null, Token);
        });
        Assert.True(error.IsTransient);
        await Assert.ThrowsAnyAsync<RemoteStoreException>(async () => await backend.ReadBytesAsync("f", null, Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_that_falls_silent_is_unavailable(bool inContent)
    {
        await using var server = new ScriptedServer(_ =>
            inContent ? Found("") with { Missing = 1000, FallsSilent = true } : new(200) { FallsSilent = true }
        );
        var options = server.NewOptions(retries: 0);
        options.RequestTimeout = TimeSpan.FromSeconds(1);
        await using var backend = new AsyncS3Backend(options);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.ReadBytesAsync("f", null, Token));
        Assert.IsType<TimeoutException>(error.InnerException);
        if (!inContent)
            await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
                await backend.WriteAsync("f", new byte[10], WriteOptions.Replace, Token)
            );
    }

    [Fact]
    public async Task Bucket_that_goes_during_a_listing_is_an_error()
    {
        var pages = 0;
        await using var server = new ScriptedServer(_ => pages++ == 0 ? FirstPage() : Answer.Error(404, "NoSuchBucket"));
        await using var backend = server.NewBackend();
        var seen = new List<string>();
        await Assert.ThrowsAsync<NotFoundException>(async () =>
        {
            await foreach (var entry in backend.ListAsync("", null, Token))
                seen.Add(entry.Path);
        });
        Assert.Equal(["a"], seen);
    }

    [Fact]
    public async Task Bucket_is_in_the_path_or_in_the_host()
    {
        var hosts = new List<string>();
        foreach (var pathStyle in new bool?[] { true, false, null })
        {
            await using var backend = new AsyncS3Backend(
                new S3BackendOptions
                {
                    Bucket = "bucket",
                    Endpoint = new Uri("https://s3.example:9000"),
                    PathStyle = pathStyle,
                    AccessKey = "a",
                    SecretKey = "b",
                }
            );
            hosts.Add(
                await backend
                    .Unwrap<Amazon.S3.AmazonS3Client>()
                    .GetPreSignedURLAsync(
                        new()
                        {
                            BucketName = "bucket",
                            Key = "k",
                            Expires = DateTime.MaxValue,
                        }
                    )
            );
        }

        Assert.StartsWith("https://s3.example:9000/bucket/k", hosts[0], StringComparison.Ordinal);
        Assert.StartsWith("https://bucket.s3.example:9000/k", hosts[1], StringComparison.Ordinal);
        Assert.StartsWith("https://s3.example:9000/bucket/k", hosts[2], StringComparison.Ordinal);
    }

    internal static Answer Upload { get; } =
        new(200, "<InitiateMultipartUploadResult><UploadId>up</UploadId></InitiateMultipartUploadResult>");

    internal static Answer Completed { get; } =
        new(200, "<CompleteMultipartUploadResult><ETag>\"abc-2\"</ETag></CompleteMultipartUploadResult>");

    internal static Answer Found(string history) =>
        new(200, "1234", ("ETag", $"\"{ETag}\""), ("x-amz-meta-rs-op", history), ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT"));

    private static Answer Complete(out bool completed)
    {
        completed = true;
        return Completed;
    }

    private static Answer FirstPage()
    {
        var page = new StringBuilder("<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>n</NextContinuationToken>");
        return new(200, page.Append("<Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>").ToString());
    }
}
