namespace RemoteStore.S3.Tests;

/// <summary>
/// The completion of a multipart upload when answers are lost: services may forget a completed upload, and a second completion is then
/// reported that there is none. Scripted, because the real server never ends so.
/// </summary>
public sealed class CompletionTests
{
    private const string ETag = "0123456789abcdef0123456789abcdef";
    private const string Ours = "{ours}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> OwnSuccess =>
        new()
        {
            { "create", Ours },
            { "create", "another," + Ours },
            { "replace", Ours },
            { "replace", "another," + Ours },
            { "match", Ours },
            { "match", "another," + Ours },
        };

    public static TheoryData<string, string?, RemoteErrorKind> NoSuccess =>
        new()
        {
            { "create", null, RemoteErrorKind.BackendUnavailable },
            { "create", "another", RemoteErrorKind.BackendUnavailable },
            { "create", "another,*", RemoteErrorKind.AlreadyExists },
            { "replace", null, RemoteErrorKind.BackendUnavailable },
            { "replace", "another,*", RemoteErrorKind.BackendUnavailable },
            { "match", null, RemoteErrorKind.BackendUnavailable },
            { "match", "first", RemoteErrorKind.BackendUnavailable },
            { "match", "another", RemoteErrorKind.BackendUnavailable },
            { "match", "another,first", RemoteErrorKind.PreconditionFailed },
        };

    [Theory]
    [MemberData(nameof(OwnSuccess))]
    public async Task Own_success_is_found_where_the_service_has_forgotten_the_upload(string mode, string left)
    {
        await using var service = new Service(left, mode);
        await using var backend = service.Server.NewBackend();
        var result = await WriteAsync(backend, mode);
        Assert.Equal((left == Ours ? $"{ETag}.{service.Write}" : null, 9 * 1024 * 1024), (result.ETag, result.Size));
        // Over a version a lookup comes before each completion.
        Assert.Equal(mode == "match" ? 1 : 2, service.Completions);
    }

    [Theory]
    [MemberData(nameof(NoSuccess))]
    public async Task What_cannot_be_known_is_neither_absence_nor_a_conflict(string mode, string? left, RemoteErrorKind kind)
    {
        await using var service = new Service(left, mode);
        await using var backend = service.Server.NewBackend();
        var error = await Assert.ThrowsAnyAsync<RemoteStoreException>(() => WriteAsync(backend, mode));
        Assert.Equal((kind, "f", false), (error.Kind, error.Path, error.IsTransient));
        if (kind == RemoteErrorKind.BackendUnavailable)
            Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
    }

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html</summary>
    [Theory]
    [InlineData("create")]
    [InlineData("replace")]
    [InlineData("match")]
    public async Task After_a_conflict_the_upload_must_begin_again(string mode)
    {
        await using var service = new Service("first", mode) { First = Answer.Error(409, "ConditionalRequestConflict") };
        await using var backend = service.Server.NewBackend();
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() => WriteAsync(backend, mode));
        Assert.Equal(("409 ConditionalRequestConflict", true), (error.NativeCode, error.IsTransient));
        Assert.Equal(1, service.Completions);
        Assert.Single(service.Server.Requests, r => r.Is("DELETE", "uploadId=up"));
    }

    /// <summary>The conflict may be with one's own first attempt.</summary>
    [Theory]
    [InlineData(Ours, null)]
    [InlineData(null, ErrorCodes.OutcomeUnknown)]
    public async Task Conflict_after_a_lost_answer_is_looked_into(string? left, string? code)
    {
        await using var service = new Service(left, "create") { Later = Answer.Error(409, "ConditionalRequestConflict") };
        await using var backend = service.Server.NewBackend();
        var error = await Record.ExceptionAsync(() => WriteAsync(backend, "create"));
        Assert.Equal((code, 2), ((error as BackendUnavailableException)?.Code, service.Completions));
    }

    [Theory]
    [InlineData(Ours, null)]
    [InlineData("another", ErrorCodes.OutcomeUnknown)]
    public async Task Copy_by_parts_is_completed_like_an_upload(string left, string? code)
    {
        await using var service = new Service(left, "replace");
        await using var backend = service.Server.NewBackend();
        var error = await Record.ExceptionAsync(async () => await backend.CopyAsync("large", "f", MoveCopyOptions.Replace, Token));
        Assert.Equal((code, 2), ((error as BackendUnavailableException)?.Code, service.Completions));
        Assert.Equal(code is null, error is null);
    }

    /// <summary>A completion begins its answer before it is done: what comes then may be an error.</summary>
    [Theory]
    [InlineData("InternalError", null, 2)]
    [InlineData("AccessDenied", RemoteErrorKind.PermissionDenied, 1)]
    [InlineData("PreconditionFailed", RemoteErrorKind.AlreadyExists, 1)]
    public async Task Error_in_an_answer_that_began_well_is_an_error(string code, RemoteErrorKind? kind, int completions)
    {
        await using var service = new Service("first", "create") { First = Answer.Error(200, code), Later = ServiceTests.Completed };
        await using var backend = service.Server.NewBackend();
        var error = await Record.ExceptionAsync(() => WriteAsync(backend, "create"));
        Assert.Equal((kind, completions), ((error as RemoteStoreException)?.Kind, service.Completions));
    }

    /// <summary>Parts in flight keep nobody who has given up.</summary>
    [Fact]
    public async Task Commit_that_is_cancelled_ends_and_drops_the_upload()
    {
        using var cancelled = new CancellationTokenSource();
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "POST" } => ServiceTests.Upload,
                { Method: "PUT" } => Silent(cancelled),
                _ => new(204),
            }
        );
        await using var backend = server.NewBackend();
        await using (var writer = await backend.OpenAtomicAsync("f", WriteOptions.Replace, Token))
        {
            await writer.WriteAsync(new byte[9 * 1024 * 1024], Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writer.CommitAsync(cancelled.Token));
        }

        Assert.Single(server.Requests, r => r.Is("DELETE", "uploadId=up"));

        static Answer Silent(CancellationTokenSource cancelled)
        {
            cancelled.Cancel();
            return new(200) { FallsSilent = true };
        }
    }

    /// <summary>The caller of the first commit has given up; this one has the same token.</summary>
    [Theory]
    [InlineData(Ours, null)]
    [InlineData("another," + Ours, RemoteErrorKind.AlreadyExists)]
    [InlineData(null, RemoteErrorKind.NotFound)]
    public async Task Token_that_was_committed_is_recognised_as_long_as_its_file_exists(string? left, RemoteErrorKind? kind)
    {
        await using var service = new Service(left, "create") { First = Answer.Error(503, "ServiceUnavailable") };
        await using var backend = service.Server.NewBackend(retries: 0);
        await using var writer = await backend.OpenAtomicAsync("f", WriteOptions.CreateOnly, Token);
        await writer.WriteAsync(new byte[9 * 1024 * 1024], Token);
        var token = await writer.DetachAsync(Token);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.CommitStagedAsync("f", token, WriteOptions.CreateOnly, Token)
        );
        var error = await Record.ExceptionAsync(async () => await backend.CommitStagedAsync("f", token, WriteOptions.CreateOnly, Token));
        Assert.Equal(kind, (error as RemoteStoreException)?.Kind);
        Assert.Equal(kind is null, error is null);
    }

    /// <summary>Where the service ignores conditions of completions, the upload becomes a staged object.</summary>
    [Theory]
    [InlineData(Ours)]
    [InlineData(null)]
    public async Task Staged_object_is_there_or_the_write_may_be_retried(string? left)
    {
        await using var service = new Service(left, "replace");
        await using var backend = service.Server.NewBackend(S3ConditionSupport.Unsupported);
        await using var writer = await backend.OpenAtomicAsync("f", WriteOptions.Replace, Token);
        await writer.WriteAsync(new byte[9 * 1024 * 1024], Token);
        if (left is null)
            Assert.True((await Assert.ThrowsAsync<BackendUnavailableException>(async () => await writer.CommitAsync(Token))).IsTransient);
        else
            Assert.NotNull((await writer.CommitAsync(Token)).ETag);
        Assert.Equal(2, service.Completions);
    }

    private static Task<WriteResult> WriteAsync(AsyncS3Backend backend, string mode)
    {
        var options = mode switch
        {
            "create" => WriteOptions.CreateOnly,
            "match" => WriteOptions.Matching($"{ETag}.first"),
            _ => WriteOptions.Replace,
        };
        return backend.WriteAsync("f", new MemoryStream(new byte[9 * 1024 * 1024]), options, Token).AsTask();
    }

    /// <summary>A service that loses the answer to a completion and says of the next that there is no such upload.</summary>
    private sealed class Service : IAsyncDisposable
    {
        private const long Size = (9 * 1024 * 1024) - 4;
        private readonly string? _left;
        private readonly bool _isThere;

        /// <param name="left">The history of what exists at the key after the first completion; null for nothing.</param>
        /// <param name="mode">How the file is written: over a version, one exists there before.</param>
        internal Service(string? left, string mode) => (_left, _isThere, Server) = (left, mode == "match", new ScriptedServer(AnswerTo));

        internal ScriptedServer Server { get; }

        internal string? Write { get; private set; }

        internal int Completions { get; private set; }

        internal Answer First { get; init; } = Answer.Lost;

        internal Answer Later { get; init; } = Answer.Error(404, "NoSuchUpload");

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private Answer AnswerTo(Arrived r)
        {
            switch (r)
            {
                case { Method: "HEAD", Path: "/bucket/large" }:
                    return ServiceTests.Found("") with { Missing = 6L * 1024 * 1024 * 1024 };
                case { Method: "HEAD" } when Completions == 0:
                    return _isThere ? ServiceTests.Found("first") : Answer.Error(404, "");
                case { Method: "HEAD" }:
                    return _left is null
                        ? Answer.Error(404, "")
                        : ServiceTests.Found(_left.Replace(Ours, Write, StringComparison.Ordinal)) with
                        {
                            Missing = Size,
                        };
                case { Method: "POST" } when r.Query.Contains("uploads", StringComparison.Ordinal):
                    Write = r.Header("x-amz-meta-rs-op");
                    return ServiceTests.Upload;
                case { Method: "POST" }:
                    return Completions++ == 0 ? First : Later;
                case { Method: "PUT" } when r.Header("x-amz-copy-source") is null:
                    return Answer.Ok;
                case { Method: "PUT" }:
                    return new(200, $"<CopyPartResult><ETag>\"{ETag}\"</ETag></CopyPartResult>");
                default:
                    return new(204);
            }
        }
    }
}
