namespace RemoteStore.S3.Tests;

/// <summary>The one error map, by status and code.</summary>
public sealed class ErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(404, "NoSuchKey", RemoteErrorKind.NotFound, false)]
    [InlineData(404, "NoSuchBucket", RemoteErrorKind.NotFound, false)]
    [InlineData(401, "Unauthorized", RemoteErrorKind.PermissionDenied, false)]
    [InlineData(403, "AccessDenied", RemoteErrorKind.PermissionDenied, false)]
    [InlineData(403, "SignatureDoesNotMatch", RemoteErrorKind.PermissionDenied, false)]
    [InlineData(403, "InvalidObjectState", RemoteErrorKind.Other, false)]
    [InlineData(400, "ExpiredToken", RemoteErrorKind.PermissionDenied, false)]
    [InlineData(400, "RequestTimeout", RemoteErrorKind.BackendUnavailable, true)]
    [InlineData(400, "KeyTooLongError", RemoteErrorKind.InvalidPath, false)]
    [InlineData(400, "EntityTooLarge", RemoteErrorKind.Other, false)]
    [InlineData(405, "MethodNotAllowed", RemoteErrorKind.Other, false)]
    [InlineData(409, "OperationAborted", RemoteErrorKind.BackendUnavailable, true)]
    [InlineData(409, "BucketNotEmpty", RemoteErrorKind.Other, false)]
    [InlineData(412, "PreconditionFailed", RemoteErrorKind.PreconditionFailed, false)]
    [InlineData(429, "TooManyRequests", RemoteErrorKind.BackendUnavailable, true)]
    [InlineData(500, "InternalError", RemoteErrorKind.BackendUnavailable, true)]
    [InlineData(501, "NotImplemented", RemoteErrorKind.BackendUnavailable, false)]
    [InlineData(503, "SlowDown", RemoteErrorKind.BackendUnavailable, true)]
    [InlineData(504, "", RemoteErrorKind.BackendUnavailable, true)]
    public async Task Status_and_code_decide(int status, string code, RemoteErrorKind kind, bool isTransient)
    {
        await using var server = new ScriptedServer(r =>
            r.Query.Contains("list-type", StringComparison.Ordinal)
                ? new(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
                : Answer.Error(status, code)
        );
        await using var backend = server.NewBackend(retries: 0);
        var error = await Assert.ThrowsAnyAsync<RemoteStoreException>(async () => await backend.ReadAsync("f", null, Token));
        Assert.Equal((kind, isTransient, "f", "s3"), (error.Kind, error.IsTransient, error.Path, error.Backend));
        Assert.StartsWith($"{status}", error.NativeCode, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_that_is_not_there_is_unavailable()
    {
        await using var backend = new AsyncS3Backend(
            new S3BackendOptions
            {
                Bucket = "bucket",
                Endpoint = new Uri("http://127.0.0.1:1"),
                AccessKey = "a",
                SecretKey = "b",
                MaxRetries = 0,
            }
        );
        Assert.True(
            (await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.GetKindAsync("f", Token))).IsTransient
        );
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.CheckHealthAsync(Token));
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.ListAsync("", null, Token).ToListAsync(Token));
    }

    /// <summary>Cases 9, 10 and 32: an absent bucket, on the real server.</summary>
    [Fact]
    public async Task Absent_bucket_has_an_answer_for_every_operation()
    {
        CephServer.Require();
        await using var backend = new AsyncS3Backend(CephServer.Options("absent-bucket"));
        Assert.Equal(EntryKind.None, await backend.GetKindAsync("f", Token));
        Assert.Empty(await backend.ListAsync("", null, Token).ToListAsync(Token));
        Assert.Empty(await backend.ListAsync("d", new ListOptions { Recursive = true }, Token).ToListAsync(Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.ReadBytesAsync("f", null, Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.GetFileInfoAsync("f", Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.DeleteAsync("f", null, Token));
        await backend.DeleteAsync("f", new DeleteOptions { IgnoreMissing = true }, Token);
        await backend.DeleteFolderAsync("d", new DeleteFolderOptions { IgnoreMissing = true, Recursive = true }, Token);
        await Assert.ThrowsAsync<NotFoundException>(async () => await backend.CheckHealthAsync(Token));
        await Assert.ThrowsAsync<NotFoundException>(async () =>
            await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.Replace, Token)
        );
    }
}
