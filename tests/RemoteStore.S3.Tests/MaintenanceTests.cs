namespace RemoteStore.S3.Tests;

/// <summary>Maintenance continues behind what it may not touch, and says so at the end.</summary>
public sealed class MaintenanceTests
{
    private static readonly string Denied = new('1', 32);
    private static readonly string Allowed = new('2', 32);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Move_that_cannot_be_settled_stops_no_other(string denied)
    {
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "GET" } when r.Query.Contains("list-type", StringComparison.Ordinal) => Objects(
                    $".~rs.moves/{Denied}",
                    $".~rs.moves/{Allowed}"
                ),
                _ when r.Is(denied) && r.Path.Contains(Denied, StringComparison.Ordinal) => Answer.Error(403, "AccessDenied"),
                { Method: "GET" } => new(200, Record(r.Path[^32..]), ("ETag", "\"a-1\"")),
                { Method: "HEAD" } => Answer.Error(404, ""),
                _ => new(204),
            }
        );
        await using var backend = server.NewBackend();
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.CompleteMovesAsync(TimeSpan.Zero, Token));
        Assert.Equal([$"/bucket/.~rs.moves/{Allowed}"], server.Requests.Where(r => r.Is("DELETE")).Select(r => r.Path));
    }

    [Fact]
    public async Task Upload_that_may_not_be_dropped_stops_nothing_else()
    {
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "GET" } when r.Query.Contains("uploads", StringComparison.Ordinal) => Uploads("denied", "allowed"),
                { Method: "GET" } => r.Query.Contains("moves", StringComparison.Ordinal)
                    ? Answer.Error(403, "AccessDenied")
                    : Objects(Prefix(r) + "x"),
                { Method: "DELETE" } when r.Is("DELETE", "uploadId=denied") => Answer.Error(403, "AccessDenied"),
                { Method: "POST" } => new(200, $"<DeleteResult>{Keys(r)}</DeleteResult>"),
                _ => new(204),
            }
        );
        await using var backend = server.NewBackend();
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.MaintainAsync(Token));
        Assert.Single(server.Requests, r => r.Is("DELETE", "uploadId=allowed"));
        Assert.Equal(2, server.Requests.Count(r => r.Is("POST", "delete")));
    }

    [Fact]
    public async Task Service_that_cannot_be_reached_ends_it()
    {
        await using var server = new ScriptedServer(r => r.Is("GET", "uploads") ? Uploads("first", "second") : Answer.Lost);
        await using var backend = server.NewBackend(retries: 0);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.CleanUpAsync(TimeSpan.Zero, Token));
        Assert.DoesNotContain(server.Requests, r => r.Is("DELETE", "uploadId=second"));
    }

    private static string Keys(Arrived r) =>
        string.Concat(
            System
                .Xml.Linq.XDocument.Load(new MemoryStream(r.Body))
                .Descendants()
                .Where(e => e.Name.LocalName == "Key")
                .Select(e => $"<Deleted><Key>{e.Value}</Key></Deleted>")
        );

    private static string Prefix(Arrived r) => System.Web.HttpUtility.ParseQueryString(r.Query)["prefix"]!;

    private static string Record(string id) =>
        System.Text.Json.JsonSerializer.Serialize(
            new
            {
                Id = id,
                Source = id,
                Destination = $"to-{id}",
                ETag = "x",
            }
        );

    private static Answer Objects(params string[] keys) =>
        new(
            200,
            $"<ListBucketResult><IsTruncated>false</IsTruncated>{string.Concat(keys.Select(k => $"<Contents><Key>{k}</Key><Size>1</Size><LastModified>2020-01-01T00:00:00.000Z</LastModified></Contents>"))}</ListBucketResult>"
        );

    private static Answer Uploads(params string[] ids) =>
        new(
            200,
            $"<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>{string.Concat(ids.Select(i => $"<Upload><Key>f</Key><UploadId>{i}</UploadId><Initiated>2020-01-01T00:00:00.000Z</Initiated></Upload>"))}</ListMultipartUploadsResult>"
        );
}
