namespace RemoteStore.S3.Tests;

/// <summary>
/// A retried success is not taken for another's: the first PUT is applied and its answer lost, the second is refused. Also what a service
/// says when two conditional requests meet. Scripted, because no server loses answers on demand.
/// </summary>
public sealed class LostAnswerTests
{
    private const string ETag = "0123456789abcdef0123456789abcdef";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Own_success_is_recognised_by_the_id_of_the_write()
    {
        string? stored = null;
        await using var server = new ScriptedServer(r =>
        {
            if (r.Is("HEAD"))
                return Head(stored!);
            if (stored is not null)
                return Answer.Error(412, "PreconditionFailed");
            stored = r.Header("x-amz-meta-rs-op")!;
            return Answer.Lost;
        });
        await using var backend = server.NewBackend();
        var result = await backend.WriteAsync("f", "mine"u8.ToArray(), WriteOptions.CreateOnly, Token);
        Assert.Equal(($"{ETag}.{stored}", "*"), ($"{result.ETag},*", stored!.Split(',')[1]));
        Assert.Equal(["PUT", "PUT", "HEAD"], server.Requests.Select(r => r.Method));
        Assert.All(server.Requests.Where(r => r.Is("PUT")), r => Assert.Equal("*", r.Header("If-None-Match")));
    }

    [Fact]
    public async Task Own_success_is_recognised_although_others_have_replaced_it()
    {
        var stored = "first";
        var puts = 0;
        await using var server = new ScriptedServer(r =>
        {
            if (r.Is("HEAD"))
                return Head(stored);
            if (puts++ > 0)
                return Answer.Error(412, "PreconditionFailed");
            stored = "another," + r.Header("x-amz-meta-rs-op");
            return Answer.Lost;
        });
        await using var backend = server.NewBackend();
        Assert.Null((await backend.WriteAsync("f", "mine"u8.ToArray(), WriteOptions.Matching($"{ETag}.first"), Token)).ETag);
        Assert.Equal(1, puts);
    }

    [Fact]
    public async Task Another_writer_is_distinguished_from_oneself_after_a_lost_answer()
    {
        var stored = "first";
        await using var server = new ScriptedServer(r =>
        {
            if (r.Is("HEAD"))
                return Head(stored);
            stored = "another,first";
            return Answer.Error(500, "InternalError");
        });
        await using var backend = server.NewBackend();
        await Assert.ThrowsAsync<PreconditionFailedException>(async () =>
            await backend.WriteAsync("f", "mine"u8.ToArray(), WriteOptions.Matching($"{ETag}.first"), Token)
        );
    }

    [Fact]
    public async Task Outcome_that_cannot_be_known_is_not_called_a_conflict()
    {
        var stored = "first";
        await using var server = new ScriptedServer(r =>
        {
            if (r.Is("HEAD"))
                return Head(stored);
            stored = "unrelated";
            return Answer.Lost;
        });
        await using var backend = server.NewBackend();
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.WriteAsync("f", "mine"u8.ToArray(), WriteOptions.Matching($"{ETag}.first"), Token)
        );
        Assert.Equal((ErrorCodes.OutcomeUnknown, false), (error.Code, error.IsTransient));
    }

    /// <summary>A history that ends where nothing was reports that ours was never there; any other may have lost ours.</summary>
    [Theory]
    [InlineData("another,*", true)]
    [InlineData("third,another,*", true)]
    [InlineData("another", false)]
    [InlineData("third,another", false)]
    [InlineData("", false)]
    public async Task Creation_whose_answer_was_lost_is_refused_only_when_it_certainly_never_was(string stored, bool isRefused)
    {
        var puts = 0;
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => Head(stored),
                _ => puts++ == 0 ? Answer.Lost : Answer.Error(412, "PreconditionFailed"),
            }
        );
        await using var backend = server.NewBackend();
        var error = await Assert.ThrowsAnyAsync<RemoteStoreException>(async () =>
            await backend.WriteAsync("f", "mine"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        Assert.Equal(
            isRefused ? (RemoteErrorKind.AlreadyExists, null) : (RemoteErrorKind.BackendUnavailable, ErrorCodes.OutcomeUnknown),
            (error.Kind, error.Code)
        );
        Assert.False(error.IsTransient);
    }

    [Theory]
    [InlineData("another,*", RemoteErrorKind.AlreadyExists)]
    [InlineData("another", RemoteErrorKind.BackendUnavailable)]
    [InlineData(null, null)]
    public async Task Copy_whose_answer_was_lost_is_decided_like_a_write(string? stored, RemoteErrorKind? kind)
    {
        var puts = 0;
        await using var server = new ScriptedServer(r =>
        {
            if (r.Is("HEAD"))
                return Head(r.Path == "/bucket/a" ? "source" : stored!);
            stored ??= r.Header("x-amz-meta-rs-op");
            return puts++ == 0 ? Answer.Lost : Answer.Error(412, "PreconditionFailed");
        });
        await using var backend = server.NewBackend();
        var error = await Record.ExceptionAsync(async () => await backend.CopyAsync("a", "b", null, Token));
        Assert.Equal((kind, 2), ((error as RemoteStoreException)?.Kind, puts));
    }

    /// <summary>Who may only write cannot look.</summary>
    [Fact]
    public async Task Look_that_is_denied_is_no_answer_to_what_became_of_the_write()
    {
        var puts = 0;
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => Answer.Error(403, ""),
                _ => puts++ == 0 ? Answer.Lost : Answer.Error(412, "PreconditionFailed"),
            }
        );
        await using var backend = server.NewBackend();
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.WriteAsync("f", "mine"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
    }

    /// <summary>The content of a copy over a version goes through the client; after a lost answer the source has changed.</summary>
    [Theory]
    [InlineData("another,{ours}", null)]
    [InlineData("another", ErrorCodes.OutcomeUnknown)]
    public async Task Source_that_changes_after_a_lost_answer_does_not_hide_it(string left, string? code)
    {
        var (puts, gets) = (0, 0);
        // The SDK compares the bytes with what looks like their MD5.
        var source = Head("source") with
        {
            Headers = [("ETag", "\"81dc9bdb52d04dc20036dbd8313ed055\""), ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT")],
        };
        await using var server = new ScriptedServer(r =>
        {
            if (r.Is("PUT"))
            {
                puts++;
                left = left.Replace("{ours}", r.Header("x-amz-meta-rs-op")!.Split(',')[0], StringComparison.Ordinal);
                return Answer.Lost;
            }

            if (r.Is("GET"))
                return gets++ == 0 ? source : Answer.Error(412, "PreconditionFailed");
            return r.Path == "/bucket/a" ? source : Head(gets < 2 ? "first" : left);
        });
        await using var backend = server.NewBackend();
        var options = new MoveCopyOptions { Overwrite = true, DestinationIfMatch = $"{ETag}.first" };
        var error = await Record.ExceptionAsync(async () => await backend.CopyAsync("a", "b", options, Token));
        Assert.Equal((code, 1), ((error as RemoteStoreException)?.Code, puts));
        Assert.Equal(code is null, error is null);
    }

    /// <summary>The copy may have come to be: the record that finishes the move stays.</summary>
    [Fact]
    public async Task Move_whose_outcome_is_unknown_stays_recorded()
    {
        var puts = 0;
        await using var server = new ScriptedServer(r =>
            r switch
            {
                { Method: "HEAD" } => Head(r.Path == "/bucket/a" ? "source" : "another"),
                _ when r.Path != "/bucket/b" => Answer.Ok,
                _ => puts++ == 0 ? Answer.Lost : Answer.Error(412, "PreconditionFailed"),
            }
        );
        await using var backend = server.NewBackend();
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.MoveAsync("a", "b", null, Token));
        Assert.Equal(ErrorCodes.OutcomeUnknown, error.Code);
        Assert.DoesNotContain(server.Requests, r => r.Is("DELETE"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("first", RemoteErrorKind.BackendUnavailable)]
    [InlineData("another,first", RemoteErrorKind.PreconditionFailed)]
    [InlineData("another", RemoteErrorKind.BackendUnavailable)]
    public async Task Deletion_whose_answer_was_lost_is_decided_by_what_exists_there(string? left, RemoteErrorKind? kind)
    {
        var deletes = 0;
        await using var server = new ScriptedServer(r =>
        {
            if (r.Is("HEAD"))
                return deletes == 0 ? Head("first")
                    : left is null ? Answer.Error(404, "")
                    : Head(left);
            return deletes++ == 0 ? Answer.Lost : Answer.Error(412, "PreconditionFailed");
        });
        await using var backend = server.NewBackend();
        var error = await Record.ExceptionAsync(async () =>
            await backend.DeleteAsync("f", new DeleteOptions { IfMatch = $"{ETag}.first" }, Token)
        );
        Assert.Equal(kind, (error as RemoteStoreException)?.Kind);
        Assert.Equal(left is "another" ? ErrorCodes.OutcomeUnknown : null, (error as RemoteStoreException)?.Code);
    }

    [Theory]
    [InlineData("ConditionalRequestConflict")]
    [InlineData("OperationAborted")]
    public async Task Conflict_of_requests_is_retried_and_is_not_called_existing(string code)
    {
        var puts = 0;
        await using var server = new ScriptedServer(_ => puts++ == 0 ? Answer.Error(409, code) : Answer.Ok);
        await using var backend = server.NewBackend();
        await backend.WriteAsync("f", "mine"u8.ToArray(), null, Token);
        Assert.Equal(2, puts);
    }

    [Fact]
    public async Task Conflict_without_end_is_unavailability()
    {
        await using var server = new ScriptedServer(_ => Answer.Error(409, "ConditionalRequestConflict"));
        await using var backend = server.NewBackend(retries: 1);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.WriteAsync("f", "mine"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        Assert.Equal("409 ConditionalRequestConflict", error.NativeCode);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Refusal_without_a_lost_answer_needs_no_look()
    {
        await using var server = new ScriptedServer(_ => Answer.Error(412, "PreconditionFailed"));
        await using var backend = server.NewBackend();
        await Assert.ThrowsAsync<AlreadyExistsException>(async () =>
            await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        await Assert.ThrowsAsync<AlreadyExistsException>(async () => await backend.WriteAsync("f", "x"u8.ToArray(), null, Token));
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    public async Task Retries_are_made_in_one_layer(int retries, int requests)
    {
        await using var server = new ScriptedServer(_ => Answer.Error(503, "ServiceUnavailable"));
        await using var backend = server.NewBackend(retries: retries);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await backend.ReadAsync("f", null, Token));
        Assert.Equal(requests, server.Requests.Count);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () =>
            await backend.WriteAsync("f", "x"u8.ToArray(), WriteOptions.CreateOnly, Token)
        );
        Assert.Equal(2 * requests, server.Requests.Count);
    }

    private static Answer Head(string history) =>
        new(200, "1234", ("ETag", $"\"{ETag}\""), ("x-amz-meta-rs-op", history), ("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT"));
}
