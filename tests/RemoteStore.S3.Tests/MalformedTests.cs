namespace RemoteStore.S3.Tests;

/// <summary>
/// What a service, or whatever answers in its place, sends and nobody may use: each ends with a typed error, and never with wrong bytes.
/// </summary>
public sealed class MalformedTests
{
    private const string Listing = "<ListBucketResult><IsTruncated>false</IsTruncated>";
    private const string More = "<ListBucketResult><IsTruncated>true</IsTruncated>";
    private const string End = "</ListBucketResult>";
    private const string ETag = "\"0123456789abcdef0123456789abcdef\"";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "an empty body")]
    [InlineData("hello", "no XML")]
    [InlineData("<html><body>Sign in</body></html>", "another document")]
    [InlineData(More + "<Contents><Key>d/a</Ke", "a body that breaks off")]
    [InlineData(Listing + "<Contents><Key>d/a\uffffb</Key><Size>1</Size></Contents>" + End, "a character that XML forbids")]
    [InlineData(Listing + "<Contents><Key>d/a</Key><Size>x</Size></Contents>" + End, "a size that is no number")]
    [InlineData(Listing + "<Contents><Key>d/a</Key><Size>99999999999999999999</Size></Contents>" + End, "a size beyond all")]
    [InlineData(Listing + "<Contents><Key>d/a</Key><Size>-1</Size></Contents>" + End, "a negative size")]
    [InlineData(Listing + "<Contents><Key>d/a</Key></Contents>" + End, "no size")]
    [InlineData(Listing + "<Contents><Size>1</Size></Contents>" + End, "no key")]
    [InlineData(
        Listing + "<Contents><Key>d/a</Key><Size>1</Size><LastModified>never</LastModified></Contents>" + End,
        "a time that is none"
    )]
    [InlineData(Listing + "<Contents><Key>e/a</Key><Size>1</Size></Contents>" + End, "a key of another folder")]
    [InlineData(Listing + "<Contents><Key>d</Key><Size>1</Size></Contents>" + End, "a key above the folder")]
    [InlineData(Listing + "<CommonPrefixes><Prefix>e/</Prefix></CommonPrefixes>" + End, "a folder of another folder")]
    [InlineData(Listing + "<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>" + End, "the folder in itself")]
    [InlineData(Listing + "<CommonPrefixes><Prefix></Prefix></CommonPrefixes>" + End, "a folder without a name")]
    [InlineData(More + End, "a next page and no way to it")]
    [InlineData(More + "<NextContinuationToken>n</NextContinuationToken>" + End, "an empty page that leads to itself")]
    public async Task Listing_that_cannot_be_right_is_refused(string body, string what)
    {
        await using var server = new ScriptedServer(_ => new(200, body));
        await using var backend = server.NewBackend(retries: 0);
        await AssertRefusedAsync(async () => await backend.ListAsync("d", null, Token).ToListAsync(Token), what);
    }

    [Fact]
    public async Task Listing_that_repeats_a_page_forever_ends()
    {
        await using var server = new ScriptedServer(_ =>
            new(200, More + "<Contents><Key>d/a</Key><Size>1</Size></Contents><Contents><Key>d/b</Key><Size>1</Size></Contents>" + End)
        );
        await using var backend = server.NewBackend(retries: 0);
        await AssertRefusedAsync(
            async () => await backend.ListAsync("d", new ListOptions { Recursive = true }, Token).ToListAsync(Token),
            "entries"
        );
        await AssertRefusedAsync(async () => await backend.GetFolderInfoAsync("", null, Token), "folder info");
        await AssertRefusedAsync(async () => await backend.CleanUpAsync(TimeSpan.Zero, Token), "sweep");
    }

    [Fact]
    public async Task Deletion_of_a_tree_touches_nothing_outside_it_and_ends()
    {
        var outside = true;
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => Answer.Error(404, ""),
                { Method: "GET" } when r.Query.Contains("max-keys=1&", StringComparison.Ordinal) => new(
                    200,
                    Listing + "<Contents><Key>d/a</Key><Size>1</Size></Contents>" + End
                ),
                { Method: "GET" } => new(200, More + $"<Contents><Key>{(outside ? "e" : "d")}/a</Key><Size>1</Size></Contents>" + End),
                _ => new(200, "<DeleteResult><Deleted><Key>d/a</Key></Deleted></DeleteResult>"),
            }
        );
        await using var backend = server.NewBackend(retries: 0);
        await AssertRefusedAsync(() => DeleteTreeAsync(backend), "outside");
        Assert.DoesNotContain(server.Requests, r => r.Method is "POST" or "DELETE");
        outside = false;
        await AssertRefusedAsync(() => DeleteTreeAsync(backend), "the same page again");
        Assert.Single(server.Requests, r => r.Is("POST", "delete"));
    }

    [Theory]
    [InlineData("<DeleteResult/>")]
    [InlineData("<DeleteResult><Deleted><Key>d/a</Key></Deleted></DeleteResult>")]
    [InlineData("<DeleteResult><Deleted><Key>d/a</Key></Deleted><Deleted><Key>d/c</Key></Deleted></DeleteResult>")]
    [InlineData("<DeleteResult><Deleted><Key>d/a</Key></Deleted><Deleted>")]
    [InlineData("")]
    public async Task Deletion_that_does_not_name_every_object_is_no_success(string answer)
    {
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => Answer.Error(404, ""),
                { Method: "GET" } => new(
                    200,
                    Listing + "<Contents><Key>d/a</Key><Size>1</Size></Contents><Contents><Key>d/b</Key><Size>1</Size></Contents>" + End
                ),
                _ => new(200, answer),
            }
        );
        await using var backend = server.NewBackend(retries: 0);
        await AssertRefusedAsync(() => DeleteTreeAsync(backend), answer);
    }

    [Theory]
    [InlineData(200, "012345", null, "no range")]
    [InlineData(206, "0123", null, "no Content-Range")]
    [InlineData(206, "0123", "bytes 0-3/6", "another range")]
    [InlineData(206, "0123", "bytes 3-6/9", "a later range")]
    [InlineData(206, "01", "bytes 2-5/6", "fewer bytes")]
    [InlineData(206, "01234", "bytes 2-5/6", "more bytes")]
    [InlineData(206, "01234", "bytes 2-6/7", "a longer range")]
    [InlineData(206, "0123", "bytes 2-5/4", "an end behind the end")]
    [InlineData(206, "0123", "bytes 2-5/-6", "a negative size")]
    [InlineData(206, "0123", "bytes 2-5/*", "no size")]
    [InlineData(206, "0123", "bytes x-y/z", "no numbers")]
    [InlineData(206, "0123", "lines 2-5/6", "another unit")]
    public async Task Other_bytes_than_those_asked_for_are_refused(int status, string body, string? range, string what)
    {
        var headers = new List<(string, string)> { ("ETag", ETag) };
        if (range is not null)
            headers.Add(("Content-Range", range));
        await using var server = new ScriptedServer(_ => new(status, body, [.. headers]));
        await using var backend = server.NewBackend(retries: 0);
        await AssertRefusedAsync(async () => await backend.ReadBytesAsync("f", ReadOptions.At(2, 4), Token), what);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("W/\"a b\"", null)]
    [InlineData(ETag, "yesterday")]
    public async Task File_whose_version_or_time_cannot_be_read_is_refused(string? etag, string? time)
    {
        var headers = new[] { ("ETag", etag), ("Last-Modified", time) }
            .Where(h => h.Item2 is not null)
            .Select(h => (h.Item1, h.Item2!))
            .ToArray();
        await using var server = new ScriptedServer(_ => new(200, "1234", headers));
        await using var backend = server.NewBackend(retries: 0);
        await AssertRefusedAsync(async () => await backend.GetFileInfoAsync("f", Token), "info");
        await AssertRefusedAsync(async () => await backend.ReadBytesAsync("f", null, Token), "read");
        await AssertRefusedAsync(async () => await backend.CopyAsync("f", "g", MoveCopyOptions.Replace, Token), "copy");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT")]
    public async Task Time_that_reports_nothing_is_none(string? time)
    {
        await using var server = new ScriptedServer(_ =>
            new(200, "1234", time is null ? [("ETag", ETag)] : [("ETag", ETag), ("Last-Modified", time)])
        );
        await using var backend = server.NewBackend(retries: 0);
        Assert.Null((await backend.GetFileInfoAsync("f", Token)).LastModified);
    }

    /// <summary>Without an id the parts would go nowhere, and the rest of the content would be stored as the whole.</summary>
    [Theory]
    [InlineData("<InitiateMultipartUploadResult/>", true)]
    [InlineData("<InitiateMultipartUploadResult><UploadId></UploadId></InitiateMultipartUploadResult>", true)]
    [InlineData("<InitiateMultipartUploadResult><UploadId>up</UploadId></InitiateMultipartUploadResult>", false)]
    public async Task Upload_without_an_id_or_part_without_a_version_stores_nothing(string initiated, bool hasParts)
    {
        await using var server = new ScriptedServer(r =>
            r.Is("POST", "uploads") ? new(200, initiated)
            : hasParts ? Answer.Ok
            : new(200)
        );
        var options = server.NewOptions(retries: 0);
        options.PartSize = S3BackendOptions.MinPartSize;
        await using var backend = new AsyncS3Backend(options);
        await AssertRefusedAsync(
            async () => await backend.WriteAsync("f", new byte[S3BackendOptions.MinPartSize + 1], WriteOptions.Replace, Token),
            initiated
        );
        Assert.DoesNotContain(server.Requests, r => r.Is("PUT") && !r.Query.Contains("uploadId=up", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Requests, r => r.Is("POST", "uploadId"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<CompleteMultipartUploadResult/>")]
    [InlineData("<CompleteMultipartUploadResult><Key>f</Ke")]
    [InlineData("<html/>")]
    public async Task Completion_whose_answer_says_nothing_is_looked_up(string answer)
    {
        await using var server = new ScriptedServer(r =>
            r switch
            {
                _ when r.Is("POST", "uploads") => new(
                    200,
                    "<InitiateMultipartUploadResult><UploadId>up</UploadId></InitiateMultipartUploadResult>"
                ),
                { Method: "POST" } => new(200, answer),
                { Method: "HEAD" } => Answer.Error(404, ""),
                _ => Answer.Ok,
            }
        );
        var options = server.NewOptions(retries: 0);
        options.PartSize = S3BackendOptions.MinPartSize;
        await using var backend = new AsyncS3Backend(options);
        await AssertRefusedAsync(
            async () => await backend.WriteAsync("f", new byte[S3BackendOptions.MinPartSize + 1], WriteOptions.Replace, Token),
            answer
        );
    }

    [Fact]
    public async Task Redirect_to_another_host_is_not_followed()
    {
        await using var other = new ScriptedServer(_ => Answer.Ok);
        foreach (var status in new[] { 301, 302, 307, 308 })
        {
            await using var server = new ScriptedServer(_ => new(status, "", ("Location", other.Endpoint + "bucket/f")));
            await using var backend = server.NewBackend(retries: 0);
            await Assert.ThrowsAnyAsync<RemoteStoreException>(async () => await backend.ReadBytesAsync("f", null, Token));
            await Assert.ThrowsAnyAsync<RemoteStoreException>(async () =>
                await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.Replace, Token)
            );
        }

        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("""{"Key":"f","Size":1,"Upload":"up","Parts":null,"Write":"w","Staged":null}""")]
    [InlineData("""{"Key":"f","Size":-1,"Upload":"up","Parts":["a"],"Write":"w","Staged":null}""")]
    [InlineData("""{"Key":"f","Size":1,"Upload":"","Parts":["a"],"Write":"w","Staged":null}""")]
    [InlineData("""{"Key":"f","Size":1,"Upload":"up","Parts":["a\r\nb"],"Write":"w","Staged":null}""")]
    [InlineData("""{"Key":"f","Size":1,"Upload":"up","Parts":[null],"Write":"w","Staged":null}""")]
    [InlineData("""{"Key":"f","Size":1,"Upload":"up","Parts":["a"],"Write":"w w","Staged":null}""")]
    [InlineData("""{"Key":"f","Size":1,"Upload":"up","Parts":["a"],"Write":"w","Staged":null,"More":1}""")]
    [InlineData("""{"Key":"g","Size":1,"Upload":"up","Parts":["a"],"Write":"w","Staged":null}""")]
    [InlineData("""{"Key":"f","Size":1,"Upload":null,"Parts":null,"Write":null,"Staged":null}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Forged_token_is_unknown_before_any_change(string json)
    {
        await using var server = new ScriptedServer(_ => Answer.Error(404, ""));
        await using var backend = server.NewBackend(retries: 0);
        var token = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.CommitStagedAsync("f", token, WriteOptions.Replace, Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.AbortStagedAsync("f", token, Token));
        Assert.DoesNotContain(server.Requests, r => r.Method is not ("HEAD" or "GET"));
    }

    [Fact]
    public void Token_with_more_parts_than_an_upload_has_is_unknown()
    {
        var most = new S3StagedToken("f", 1, "up", [.. Enumerable.Repeat($"\"{new string('a', 40)}\"", S3StagedToken.MaxParts)], "w", null);
        Assert.Equal(S3StagedToken.MaxParts, S3StagedToken.Parse(most.ToString(), "f").Parts!.Count);
        Assert.Throws<NotFoundException>(() => S3StagedToken.Parse((most with { Parts = [.. most.Parts!, "\"a\""] }).ToString(), "f"));
        Assert.Throws<NotFoundException>(() => S3StagedToken.Parse(new string('A', 100_000_000), "f"));
    }

    private static async Task DeleteTreeAsync(AsyncS3Backend backend) =>
        await backend.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true }, Token);

    private static async Task AssertRefusedAsync(Func<Task> call, string what)
    {
        var error = await Record.ExceptionAsync(call);
        Assert.True(error is BackendUnavailableException { Code: "MalformedResponse" or ErrorCodes.OutcomeUnknown }, $"{what}: {error}");
    }
}
