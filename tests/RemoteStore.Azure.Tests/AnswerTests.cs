using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>Answers of the service that Azurite does not give on request: errors, slow copies, broken pages.</summary>
public sealed class AnswerTests : IDisposable
{
    private readonly ScriptedService _service = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(401, "NoAuthenticationInformation", RemoteErrorKind.PermissionDenied)]
    [InlineData(403, "AuthorizationFailure", RemoteErrorKind.PermissionDenied)]
    [InlineData(404, "BlobNotFound", RemoteErrorKind.NotFound)]
    [InlineData(404, "ContainerNotFound", RemoteErrorKind.NotFound)]
    [InlineData(409, "LeaseAlreadyPresent", RemoteErrorKind.ResourceLocked)]
    [InlineData(409, "BlobImmutableDueToPolicy", RemoteErrorKind.PermissionDenied)]
    [InlineData(409, "ContainerBeingDeleted", RemoteErrorKind.BackendUnavailable)]
    [InlineData(409, "ResourceTypeMismatch", RemoteErrorKind.InvalidPath)]
    [InlineData(409, "SnapshotsPresent", RemoteErrorKind.Other)]
    [InlineData(412, "LeaseIdMissing", RemoteErrorKind.ResourceLocked)]
    [InlineData(429, "TooManyRequests", RemoteErrorKind.BackendUnavailable)]
    [InlineData(500, "InternalError", RemoteErrorKind.BackendUnavailable)]
    [InlineData(503, "ServerBusy", RemoteErrorKind.BackendUnavailable)]
    [InlineData(418, null, RemoteErrorKind.Other)]
    public async Task Errors_are_distinguished_by_status_and_code(int status, string? code, RemoteErrorKind kind)
    {
        await using var backend = _service.Open();
        _service.Then((HttpStatusCode)status, code, "", ("Retry-After", "7"));
        var error = await Assert.ThrowsAnyAsync<RemoteStoreException>(async () =>
            await backend.WriteAsync("f", new byte[1], WriteOptions.Replace, Token)
        );
        Assert.Equal((kind, "f", "azure", TimeSpan.FromSeconds(7)), (error.Kind, error.Path, error.Backend, error.RetryAfter!.Value));
        Assert.Equal(kind == RemoteErrorKind.BackendUnavailable, error.IsTransient);
        Assert.Equal($"{status} {code}".TrimEnd(), error.NativeCode);
    }

    [Theory]
    [InlineData(409, "BlobAlreadyExists")]
    [InlineData(412, "ConditionNotMet")]
    public async Task A_refused_creation_is_what_the_caller_asked_about(int status, string code)
    {
        await using var backend = _service.Open();
        for (var call = 0; call < 2; call++)
        {
            _service.Then((HttpStatusCode)status, code);
            // A blob with nothing but uncommitted blocks may be called one that exists, so it is checked.
            if (status == 409)
                _service.ThenFile();
        }

        await Assert.ThrowsAsync<AlreadyExistsException>(async () => await backend.WriteAsync("f", new byte[1], null, Token));
        await Assert.ThrowsAsync<AlreadyExistsException>(async () =>
            await backend.WriteAsync("f", new byte[1], WriteOptions.CreateOnly, Token)
        );
    }

    [Fact]
    public async Task A_denied_look_is_never_a_miss()
    {
        await using var backend = _service.Open();
        _service.Then(HttpStatusCode.Forbidden, "AuthorizationFailure").Then(HttpStatusCode.Forbidden, "AuthorizationFailure");
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.ExistsAsync("f", Token));
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.MoveAsync("f", "g", null, Token));
    }

    [Fact]
    public async Task A_miss_remains_when_the_look_at_it_fails()
    {
        await using var backend = _service.Open();
        _service.Then(HttpStatusCode.NotFound, "BlobNotFound").Then(HttpStatusCode.ServiceUnavailable, "ServerBusy");
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.DeleteAsync("f", null, Token));
    }

    [Fact]
    public async Task Nothing_is_repeated_unless_it_is_configured()
    {
        await using var backend = _service.Open();
        _service.Then(HttpStatusCode.ServiceUnavailable, "ServerBusy");
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.ReadAsync("f", null, Token));
        Assert.Single(_service.Requests);

        await using var patient = OpenPatient();
        _service.Then(HttpStatusCode.ServiceUnavailable, "ServerBusy").ThenFile(body: "x");
        Assert.Equal("x", await patient.ReadTextAsync("f", null, Token));
        Assert.Equal(3, _service.Requests.Count);
    }

    [Fact]
    public async Task A_change_is_repeated_only_when_the_service_was_too_busy_to_begin()
    {
        await using var patient = OpenPatient();
        _service.Then(HttpStatusCode.ServiceUnavailable, "ServerBusy");
        _service.Then(HttpStatusCode.Created, null, "", ("ETag", "\"0x1\""), ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT"));
        await patient.WriteAsync("f", new byte[1], WriteOptions.Replace, Token);
        _service.Then(HttpStatusCode.InternalServerError, "OperationTimedOut");
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await patient.WriteAsync("f", new byte[1], WriteOptions.Replace, Token)
        );
        Assert.Equal(3, _service.Requests.Count);
    }

    [Fact]
    public async Task A_copy_whose_destination_vanishes_concurrently_is_no_missing_source()
    {
        await using var backend = _service.Open();
        _service.Then(
            HttpStatusCode.Accepted,
            null,
            "",
            ("x-ms-copy-id", "c1"),
            ("x-ms-copy-status", "pending"),
            ("ETag", "\"0x2\""),
            ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT")
        );
        _service.Then(HttpStatusCode.NotFound, "BlobNotFound").Then(HttpStatusCode.NotFound, "BlobNotFound");
        var error = await Assert.ThrowsAsync<RemoteStoreException>(async () =>
            await backend.CopyAsync("a", "b", MoveCopyOptions.Replace, Token)
        );
        Assert.Equal((true, "b"), (error.IsTransient, error.Path));
    }

    [Fact]
    public async Task A_container_that_vanishes_between_pages_is_an_error_and_an_absent_one_is_empty()
    {
        await using var backend = _service.Open();
        _service.Then(HttpStatusCode.NotFound, "ContainerNotFound");
        Assert.Equal(0, await backend.ListAsync("", null, Token).CountAsync(Token));
        _service.Then(HttpStatusCode.OK, null, Page("a", "more")).Then(HttpStatusCode.NotFound, "ContainerNotFound");
        var seen = new List<string>();
        await Assert.ThrowsAsync<NotFoundException>(async () =>
        {
            await foreach (var entry in backend.ListAsync("", null, Token))
                seen.Add(entry.Path);
        });
        Assert.Equal(["a"], seen);
    }

    [Fact]
    public async Task The_source_of_a_move_stays_until_a_slow_copy_is_complete()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        await using var backend = _service.Open(clock: clock);
        _service
            .ThenFile("\"0x1\"")
            .Then(HttpStatusCode.Created)
            .Then(
                HttpStatusCode.Accepted,
                null,
                "",
                ("x-ms-copy-id", "c1"),
                ("x-ms-copy-status", "pending"),
                ("ETag", "\"0x2\""),
                ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT")
            );
        var looked = new TaskCompletionSource();
        _service.Then(_ => Pending(looked)).ThenFile("\"0x3\"", "", ("x-ms-copy-id", "c1"), ("x-ms-copy-status", "success"));
        _service.Then(HttpStatusCode.Accepted).Then(HttpStatusCode.Accepted);
        var move = backend.MoveAsync("a", "b", null, Token).AsTask();
        await looked.Task.WaitAsync(Token);
        Assert.DoesNotContain(_service.Requests, r => r.Method == HttpMethod.Delete);
        while (!move.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await move;
        var requests = _service.Requests.Select(r => r.Method.Method).ToList();
        Assert.Equal(["HEAD", "PUT", "PUT", "HEAD", "HEAD", "DELETE", "DELETE"], requests);
        Assert.Equal("\"0x1\"", _service.Requests.ElementAt(5).Headers.IfMatch.Single().Tag);
    }

    [Fact]
    public async Task A_copy_that_fails_raises_and_leaves_neither_a_stump_nor_a_lost_source()
    {
        await using var backend = _service.Open();
        _service.Then(
            HttpStatusCode.Accepted,
            null,
            "",
            ("x-ms-copy-id", "c1"),
            ("x-ms-copy-status", "pending"),
            ("ETag", "\"0x2\""),
            ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT")
        );
        for (var i = 0; i < 3; i++)
            _service.ThenFile(
                "\"0x2\"",
                "",
                ("x-ms-copy-id", "c1"),
                ("x-ms-copy-status", "failed"),
                ("x-ms-copy-status-description", "500 InternalError \"x\"")
            );
        _service.Then(HttpStatusCode.Accepted);
        var error = await Assert.ThrowsAsync<RemoteStoreException>(async () =>
            await backend.CopyAsync("a", "b", MoveCopyOptions.Replace, Token)
        );
        Assert.True(error.IsTransient);
        Assert.Equal("DELETE blob /files/b", _service.Log.Split(", ")[^1]);
    }

    [Fact]
    public async Task A_write_that_loses_its_blocks_to_another_commit_is_refused()
    {
        await using var backend = _service.Open(change: o => o.PartSize = 64 * 1024);
        for (var i = 0; i < 3; i++)
            _service.Then(HttpStatusCode.Created);
        _service.Then(HttpStatusCode.BadRequest, "InvalidBlockList").ThenFile();
        await Assert.ThrowsAsync<NotFoundException>(async () =>
            await backend.WriteAsync("f", new MemoryStream(new byte[140_000]), WriteOptions.Replace, Token)
        );
    }

    [Fact]
    public async Task A_refused_commit_is_no_conflict_as_long_as_it_may_be_its_own_success()
    {
        await using var backend = _service.Open(change: o => o.PartSize = 64 * 1024);
        _service.Then(HttpStatusCode.NotFound, "BlobNotFound");
        for (var i = 0; i < 3; i++)
            _service.Then(HttpStatusCode.Created);
        _service.Then(HttpStatusCode.Conflict, "BlobAlreadyExists").Then(HttpStatusCode.ServiceUnavailable, "ServerBusy");
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.WriteAsync("f", new MemoryStream(new byte[140_000]), WriteOptions.CreateOnly, Token)
        );
    }

    private AsyncAzureBackend OpenPatient() =>
        _service.Open(change: o =>
        {
            o.MaxRetries = 1;
            o.ConfigureClient += c => c.Retry.Delay = TimeSpan.FromMilliseconds(1);
        });

    private static HttpResponseMessage Pending(TaskCompletionSource looked)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("") };
        answer.Headers.TryAddWithoutValidation("ETag", "\"0x2\"");
        answer.Headers.Add("x-ms-copy-id", "c1");
        answer.Headers.Add("x-ms-copy-status", "pending");
        looked.SetResult();
        return answer;
    }

    private static string Page(string name, string next) =>
        new StringBuilder()
            .Append(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults "
                    + "ServiceEndpoint=\"https://acc.blob.core.windows.net/\" ContainerName=\"files\"><Blobs>"
            )
            .Append(
                $"<Blob><Name>{name}</Name><Properties><Content-Length>1</Content-Length><Etag>0x1</Etag><BlobType>BlockBlob</BlobType>"
            )
            .Append("<Last-Modified>Mon, 23 Nov 2026 08:00:00 GMT</Last-Modified></Properties></Blob></Blobs>")
            .Append($"<NextMarker>{next}</NextMarker></EnumerationResults>")
            .ToString();
}
