using System.Net;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>
/// What a service, or whatever answers in its place, sends and nobody may use: each ends with a typed error, and never with wrong bytes.
/// </summary>
public sealed class MalformedTests : IDisposable
{
    private const string Start =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"https://acc.blob.core.windows.net/\" "
        + "ContainerName=\"files\"><Blobs>";
    private const string Properties =
        "<Properties><Content-Length>1</Content-Length><Etag>0x1</Etag><BlobType>BlockBlob</BlobType><Last-Modified>Mon, 23 Nov 2026 "
        + "08:00:00 GMT</Last-Modified></Properties></Blob>";
    private const string End = "</Blobs><NextMarker></NextMarker></EnumerationResults>";
    private const string Time = "Mon, 23 Nov 2026 08:00:00 GMT";

    private readonly ScriptedService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("", "an empty body")]
    [InlineData("hello", "no XML")]
    [InlineData(Start + "<Blob><Name>d/a</Na", "a body that breaks off")]
    [InlineData(Start + "<Blob><Name>d/a\uffffb</Name>" + Properties + End, "a character that XML forbids")]
    [InlineData(
        Start + "<Blob><Name>d/a</Name><Properties><Content-Length>x</Content-Length></Properties></Blob>" + End,
        "a size that is no number"
    )]
    [InlineData(
        Start + "<Blob><Name>d/a</Name><Properties><Content-Length>-1</Content-Length><Etag>0x1</Etag></Properties></Blob>" + End,
        "a negative size"
    )]
    [InlineData(Start + "<Blob><Name>d/a</Name><Properties><Etag>0x1</Etag></Properties></Blob>" + End, "no size")]
    [InlineData(
        Start
            + "<Blob><Name>d/a</Name><Properties><Content-Length>1</Content-Length><Etag>0x1</Etag><Last-Modified>never</Last-Modified></Properties></Blob>"
            + End,
        "a time that is none"
    )]
    [InlineData(
        Start + "<Blob><Name>d/a</Name><Properties><Content-Length>1</Content-Length><Etag>a b</Etag></Properties></Blob>" + End,
        "a version that no header carries"
    )]
    [InlineData(Start + "<Blob>" + Properties + End, "no name")]
    [InlineData(Start + "<Blob><Name>e/a</Name>" + Properties + End, "a name of another folder")]
    [InlineData(Start + "<Blob><Name>d</Name>" + Properties + End, "a name above the folder")]
    public async Task Listing_that_cannot_be_right_is_refused(string body, string what)
    {
        await using var backend = _service.Open();
        _service.Then(HttpStatusCode.OK, null, body).Then(HttpStatusCode.OK, null, body);
        await AssertRefusedAsync(async () => await backend.ListAsync("d", null, Token).ToListAsync(Token), what);
        await AssertRefusedAsync(
            async () =>
                await backend.ListAsync("d", new ListOptions { Recursive = true, Kinds = ListKinds.Files }, Token).ToListAsync(Token),
            what
        );
    }

    /// <summary>https://learn.microsoft.com/rest/api/storageservices/list-blobs: such names come encoded.</summary>
    [Fact]
    public async Task Name_that_the_service_encodes_is_listed_as_it_is()
    {
        await using var backend = _service.Open();
        _service.Then(
            HttpStatusCode.OK,
            null,
            Start + "<Blob><Name Encoded=\"true\">d%2Fa%EF%BF%BFb</Name>" + Properties + "<Blob><Name>d/c%20d</Name>" + Properties + End
        );
        Assert.Equal(["d/a\uffffb", "d/c%20d"], await backend.ListAsync("d", null, Token).Select(e => e.Path).ToListAsync(Token));
    }

    [Fact]
    public async Task Listing_whose_marker_leads_to_itself_ends()
    {
        await using var backend = _service.Open();
        for (var page = 0; page < 2; page++)
            _service.Then(
                HttpStatusCode.OK,
                null,
                Start + "<Blob><Name>d/a</Name>" + Properties + "</Blobs><NextMarker>n</NextMarker></EnumerationResults>"
            );
        await AssertRefusedAsync(async () => await backend.ListAsync("d", null, Token).ToListAsync(Token), "marker");
    }

    [Fact]
    public async Task Deletion_of_a_tree_touches_nothing_outside_it()
    {
        await using var backend = _service.Open();
        _service
            .Then(HttpStatusCode.NotFound, "BlobNotFound")
            .Then(HttpStatusCode.OK, null, Start + "<Blob><Name>d/a</Name>" + Properties + End);
        _service.Then(HttpStatusCode.OK, null, Start + "<Blob><Name>e/a</Name>" + Properties + End);
        await AssertRefusedAsync(
            async () => await backend.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true }, Token),
            "outside"
        );
        Assert.DoesNotContain(_service.Requests, r => r.Method == HttpMethod.Delete);
    }

    [Theory]
    [InlineData(200, "012345", null, "no range")]
    [InlineData(206, "0123", null, "no Content-Range")]
    [InlineData(206, "0123", "bytes 0-3/6", "another range")]
    [InlineData(206, "01", "bytes 2-5/6", "fewer bytes")]
    [InlineData(206, "01234", "bytes 2-5/6", "more bytes")]
    [InlineData(206, "0123", "bytes 2-5/4", "an end behind the end")]
    [InlineData(206, "0123", "bytes 2-5/-6", "a negative size")]
    [InlineData(206, "0123", "bytes x-y/z", "no numbers")]
    public async Task Other_bytes_than_those_asked_for_are_refused(int status, string body, string? range, string what)
    {
        await using var backend = _service.Open();
        (string, string)[] headers = [("ETag", "\"0x1\""), ("Last-Modified", Time)];
        for (var i = 0; i < 2; i++)
            _service.Then((HttpStatusCode)status, null, body, range is null ? headers : [.. headers, ("Content-Range", range)]);
        await AssertRefusedAsync(async () => await backend.ReadBytesAsync("f", ReadOptions.At(2, 4), Token), what);
    }

    [Theory]
    [InlineData(null, Time, true)]
    [InlineData("\"a b\"", Time, true)]
    [InlineData("\"0x1\"", "yesterday", true)]
    [InlineData("\"0x1\"", null, false)]
    [InlineData("\"0x1\"", "Mon, 01 Jan 0001 00:00:00 GMT", false)]
    public async Task Version_or_time_that_cannot_be_read_is_an_error_or_none(string? etag, string? time, bool isRefused)
    {
        await using var backend = _service.Open();
        var headers = new[] { ("ETag", etag), ("Last-Modified", time) }
            .Where(h => h.Item2 is not null)
            .Select(h => (h.Item1, h.Item2!))
            .ToArray();
        _service.Then(HttpStatusCode.OK, null, "1234", headers).Then(HttpStatusCode.OK, null, "1234", headers);
        if (isRefused)
        {
            await AssertRefusedAsync(async () => await backend.GetFileInfoAsync("f", Token), "info");
            await AssertRefusedAsync(async () => await backend.ReadBytesAsync("f", null, Token), "read");
            return;
        }

        Assert.Null((await backend.GetFileInfoAsync("f", Token)).LastModified);
        Assert.Equal("1234", await backend.ReadTextAsync("f", null, Token));
    }

    [Fact]
    public async Task Condition_that_would_become_a_header_of_its_own_is_never_sent()
    {
        await using var backend = _service.Open();
        foreach (var etag in new[] { "x\"\r\nx-ms-extra: 1", "\u00e9" })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
                await backend.WriteAsync("f", new byte[1], WriteOptions.Matching(etag), Token)
            );
            await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
                await backend.ReadAsync("f", new ReadOptions { IfMatch = etag }, Token)
            );
        }

        Assert.Empty(_service.Requests);
    }

    private static async Task AssertRefusedAsync(Func<Task> call, string what)
    {
        var error = await Record.ExceptionAsync(call);
        Assert.True(error is BackendUnavailableException { Code: "MalformedResponse" }, $"{what}: {error}");
    }
}
