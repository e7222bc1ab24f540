using System.Globalization;
using System.Text;
using RemoteStore.Ownership;

namespace RemoteStore.Conformance;

/// <summary>
/// The facts of a fence: two owners of one path, who know nothing of each other, over one storage. One is stopped right before its commit
/// reaches the server, the other commits, the first continues; nothing that was acknowledged may be lost. For backends that declare
/// <see cref="Capability.Conditional"/> and <see cref="Capability.CreateOnly"/>. Inherit it and open the backends.
/// </summary>
public abstract class FenceConformance : IAsyncLifetime
{
    private const string Key = "d/f";
    private const string Source = "d/s";
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AsyncBackend _lateBackend = null!;
    private AsyncBackend _otherBackend = null!;
    private PathOwner _late = null!;
    private PathOwner _other = null!;
    private bool _holds;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the backends.</summary>
    public async ValueTask InitializeAsync()
    {
        (_lateBackend, _otherBackend) = await OpenTwinsAsync(HoldAsync);
        (_late, _other) = (new PathOwner(_lateBackend, Key), new PathOwner(_otherBackend, Key));
        Assert.True(PathOwner.IsFenced(_otherBackend.Capabilities));
    }

    /// <summary>Closes the backends.</summary>
    public async ValueTask DisposeAsync()
    {
        _late.Dispose();
        _other.Dispose();
        await _lateBackend.DisposeAsync();
        await _otherBackend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Two backends, each with its own connections, over the same empty storage.</summary>
    /// <param name="hold">The first one waits for it before it sends what may be a commit: in its transport, or by
    /// <see cref="Holding"/>.</param>
    protected abstract ValueTask<(AsyncBackend Late, AsyncBackend Other)> OpenTwinsAsync(Func<Task> hold);

    /// <summary>A layer that waits before every commit, for backends whose transport cannot be stopped.</summary>
    /// <param name="backend">The backend; closed with the layer.</param>
    /// <param name="hold">What to wait for.</param>
    protected static AsyncBackend Holding(AsyncBackend backend, Func<Task> hold) => new HoldingBackend(backend, hold);

    [Fact]
    public async Task Late_overwrite_is_refused_or_decided_again()
    {
        await StartAsync();
        var late = await LateAsync(() => _late.WriteAsync("late"u8.ToArray(), WriteOptions.Replace, atomic: true, Token).AsTask());
        await WriteOtherAsync("other", WriteOptions.Replace);
        await AssertLastAsync(await late(), "late", "other");
    }

    [Fact]
    public async Task Late_compare_and_swap_is_refused()
    {
        var version = await StartAsync();
        var late = await LateAsync(() =>
            _late.WriteAsync("late"u8.ToArray(), WriteOptions.Matching(version), atomic: true, Token).AsTask()
        );
        await WriteOtherAsync("other", WriteOptions.Matching(version));
        Assert.IsType<PreconditionFailedException>((await late()).Error);
        Assert.Equal("other", await TextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Late_create_is_refused(bool only)
    {
        var options = only ? WriteOptions.CreateOnly : WriteOptions.Default;
        var late = await LateAsync(() => _late.WriteAsync("late"u8.ToArray(), options, atomic: true, Token).AsTask());
        await WriteOtherAsync("other", options);
        Assert.IsType<AlreadyExistsException>((await late()).Error);
        Assert.Equal("other", await TextAsync());
    }

    [Fact]
    public async Task Late_delete_takes_no_version_that_it_has_not_seen()
    {
        var version = await StartAsync();
        var late = await LateAsync(() => DeleteAsync(_late, new DeleteOptions { IfMatch = version }));
        await WriteOtherAsync("other", WriteOptions.Replace);
        Assert.IsType<PreconditionFailedException>((await late()).Error);
        Assert.Equal("other", await TextAsync());
    }

    [Fact]
    public async Task Late_delete_does_not_take_what_was_created_again()
    {
        var version = await StartAsync();
        var late = await LateAsync(() => DeleteAsync(_late, new DeleteOptions { IfMatch = version }));
        await _other.DeleteAsync(null, Token);
        await WriteOtherAsync("other", WriteOptions.CreateOnly);
        Assert.True((await late()).Error is PreconditionFailedException or NotFoundException);
        Assert.Equal("other", await TextAsync());
    }

    [Fact]
    public async Task Late_unconditional_delete_is_refused_or_decided_again()
    {
        await StartAsync();
        var late = await LateAsync(() => DeleteAsync(_late, null));
        await WriteOtherAsync("other", WriteOptions.Replace);
        Assert.Equal((await late()).Error is not null, await _otherBackend.ExistsAsync(Key, Token));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Late_move_or_copy_replaces_nothing_that_it_has_not_seen(bool isMove, bool replaces)
    {
        if (replaces)
            await StartAsync();
        await _otherBackend.WriteAsync(Source, "late"u8.ToArray(), cancellationToken: Token);
        var options = await PathOwner.FenceAsync(_lateBackend, Source, Key, MoveCopyOptions.Replace, Token);
        var late = await LateAsync(() => TransferAsync(isMove, options));
        await WriteOtherAsync("other", replaces ? WriteOptions.Replace : WriteOptions.CreateOnly);
        var error = Assert.IsAssignableFrom<RemoteStoreException>((await late()).Error);
        Assert.True(
            error is PreconditionFailedException or AlreadyExistsException or BackendUnavailableException { RefusedBeforeExecution: true },
            error.ToString()
        );
        Assert.Equal(Key, error.Path);
        Assert.Equal("other", await TextAsync());
        Assert.True(await _otherBackend.ExistsAsync(Source, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Move_or_copy_replaces_what_it_has_seen(bool isMove)
    {
        await StartAsync();
        await _otherBackend.WriteAsync(Source, "moved"u8.ToArray(), cancellationToken: Token);
        await TransferAsync(isMove, await PathOwner.FenceAsync(_lateBackend, Source, Key, MoveCopyOptions.Replace, Token));
        Assert.Equal("moved", await TextAsync());
        Assert.NotEqual(isMove, await _otherBackend.ExistsAsync(Source, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Late_commit_of_staged_bytes_is_refused(bool creates)
    {
        var options = creates ? WriteOptions.CreateOnly : WriteOptions.Matching(await StartAsync());
        var token = await StageAsync("late", options);
        var late = await LateAsync(() => _late.CommitStagedAsync(token, options, Token).AsTask());
        await WriteOtherAsync("other", options);
        // What was staged may be gone with the commit of something else.
        var error = (await late()).Error;
        Assert.True(error is NotFoundException || (creates ? error is AlreadyExistsException : error is PreconditionFailedException));
        Assert.Equal("other", await TextAsync());
    }

    [Fact]
    public async Task Late_unconditional_commit_of_staged_bytes_is_refused_or_decided_again()
    {
        await StartAsync();
        var token = await StageAsync("late", WriteOptions.Replace);
        var late = await LateAsync(() => _late.CommitStagedAsync(token, WriteOptions.Replace, Token).AsTask());
        await WriteOtherAsync("other", WriteOptions.Replace);
        await AssertLastAsync(await late(), "late", "other");
    }

    [Fact]
    public async Task Increments_through_both_owners_are_never_lost()
    {
        await StartAsync("100");
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => IncrementAsync(i % 2 == 0 ? _late : _other), Token)));
        Assert.Equal("132", await TextAsync());
    }

    private static async Task<WriteResult?> DeleteAsync(PathOwner owner, DeleteOptions? options)
    {
        await owner.DeleteAsync(options, Token);
        return null;
    }

    private async Task<WriteResult?> TransferAsync(bool isMove, MoveCopyOptions options)
    {
        await (isMove ? _lateBackend.MoveAsync(Source, Key, options, Token) : _lateBackend.CopyAsync(Source, Key, options, Token));
        return null;
    }

    private static async Task IncrementAsync(PathOwner owner)
    {
        while (true)
        {
            var read = await owner.ReadAsync(null, 100, Token);
            var next = int.Parse(Encoding.UTF8.GetString(read.Content!.Value.Span), CultureInfo.InvariantCulture) + 1;
            try
            {
                await owner.WriteAsync(Encoding.UTF8.GetBytes($"{next}"), WriteOptions.Matching(read.Info.ETag!), atomic: true, Token);
                return;
            }
            catch (PreconditionFailedException)
            {
                // The other owner was first, or this one's memory was stale: the refusal drops it.
            }
        }
    }

    private async Task HoldAsync()
    {
        if (!_holds)
            return;
        _held.TrySetResult();
        await _freed.Task.WaitAsync(Token);
    }

    /// <summary>A file that both owners have seen.</summary>
    private async Task<string> StartAsync(string text = "start")
    {
        await _other.WriteAsync(Encoding.UTF8.GetBytes(text), WriteOptions.Replace, atomic: true, Token);
        return (await _late.GetFileInfoAsync(Token)).ETag!;
    }

    private async Task<string> StageAsync(string text, WriteOptions options)
    {
        await using var writer = await _lateBackend.OpenAtomicAsync(Key, options, Token);
        await writer.WriteAsync(Encoding.UTF8.GetBytes(text), Token);
        return await writer.DetachAsync(Token);
    }

    /// <summary>Begins a call and stops it before its commit; what is restored lets it continue.</summary>
    private async Task<Func<Task<(WriteResult? Result, Exception? Error)>>> LateAsync<T>(Func<Task<T>> call)
        where T : class?
    {
        _holds = true;
        var running = Task.Run(call, Token);
        await Task.WhenAny(_held.Task, running);
        Assert.True(_held.Task.IsCompleted, "The call ended without a commit.");
        return async () =>
        {
            _freed.SetResult();
            var error = await Record.ExceptionAsync(() => running);
            return (error is null ? await running as WriteResult : null, error);
        };
    }

    private ValueTask<WriteResult> WriteOtherAsync(string text, WriteOptions options) =>
        _other.WriteAsync(Encoding.UTF8.GetBytes(text), options, atomic: true, Token);

    private async Task<string> TextAsync() => Encoding.UTF8.GetString(await _otherBackend.ReadBytesAsync(Key, null, Token));

    /// <summary>A call that succeeds after another one is the last version; one that fails has changed nothing.</summary>
    private async Task AssertLastAsync((WriteResult? Result, Exception? Error) late, string mine, string theirs)
    {
        Assert.Equal(late.Error is null ? mine : theirs, await TextAsync());
        if (late.Result?.ETag is { } version)
            Assert.Equal(version, (await _otherBackend.GetFileInfoAsync(Key, Token)).ETag);
    }
}
