using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

public sealed class ErrorTests(ClusterFixture cluster)
{
    public static TheoryData<RemoteErrorKind> Kinds => [.. Enum.GetValues<RemoteErrorKind>()];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_error_arrives_with_its_type_and_all_it_says(RemoteErrorKind kind)
    {
        var sent = RemoteStoreException.Create(
            kind,
            "what happened",
            "some/path",
            "the backend",
            new InvalidOperationException("a secret"),
            details: new ErrorDetails
            {
                Code = ErrorCodes.SiloFull,
                NativeCode = "ECODE",
                IsTransient = true,
                RetryAfter = TimeSpan.FromSeconds(7),
                Capability = Capability.Move,
                RefusedBeforeExecution = true,
            }
        );
        var got = await FailureAsync(sent);
        Assert.IsType(sent.GetType(), got);
        var typed = (RemoteStoreException)got;
        Assert.Equal(
            (
                sent.Kind,
                sent.Detail,
                sent.Path,
                sent.Backend,
                sent.Code,
                sent.NativeCode,
                sent.IsTransient,
                sent.RetryAfter,
                sent.RefusedBeforeExecution
            ),
            (
                typed.Kind,
                typed.Detail,
                typed.Path,
                typed.Backend,
                typed.Code,
                typed.NativeCode,
                typed.IsTransient,
                typed.RetryAfter,
                typed.RefusedBeforeExecution
            )
        );
        Assert.Equal((sent as CapabilityNotSupportedException)?.Capability, (typed as CapabilityNotSupportedException)?.Capability);
        Assert.DoesNotContain("a secret", got.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unknown_failure_is_named_and_not_shown_and_the_silo_logs_it(bool answersWithSomething)
    {
        var failure = new FormatException("a secret");
        var got = Assert.IsType<RemoteStoreException>(await (answersWithSomething ? FailureAsync(failure) : DeletionFailureAsync(failure)));
        Assert.Contains(nameof(FormatException), got.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", got.ToString(), StringComparison.Ordinal);
        Assert.Contains(failure, ClusterFixture.Errors.Logged);
    }

    [Fact]
    public void Every_method_of_the_contract_lets_only_typed_errors_out()
    {
        var methods = typeof(IPathGrain)
            .Assembly.GetExportedTypes()
            .Where(t => t.IsInterface && t.IsAssignableTo(typeof(IGrain)))
            .SelectMany(t => t.GetMethods())
            .ToList();
        Assert.NotEmpty(methods);
        Assert.All(
            methods,
            m => Assert.True(m.IsDefined(typeof(TypedErrorsAttribute), inherit: false), $"{m.DeclaringType!.Name}.{m.Name}")
        );
    }

    [Fact]
    public void A_call_that_the_other_side_does_not_know_is_a_typed_error()
    {
        var got = ClusterErrors.Translate(new TypeLoadException("Unable to resolve type alias"), "some/path", "the store")!;
        Assert.Equal(("some/path", "the store", false), (got.Path, got.Backend, got.IsTransient));
        Assert.Contains("different versions", got.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_of_the_caller_stays_one()
    {
        Assert.IsType<ArgumentException>(await FailureAsync(new ArgumentException("mistaken")));
        var store = cluster.Open(ClusterFixture.NewStore());
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.ListPageAsync("", null, "a foreign token", Token));
    }

    [Fact]
    public async Task An_unknown_store_is_not_found_and_a_bad_name_is_refused_at_once()
    {
        var store = cluster.Clients[0].GetStore("no-such-store");
        Assert.Equal("no-such-store", (await Assert.ThrowsAsync<NotFoundException>(() => store.ExistsAsync("f", Token))).Backend);
        await Assert.ThrowsAsync<NotFoundException>(() => store.CheckHealthAsync(Token));
        foreach (var name in new[] { "", "A", "a_b", "-a", "a-", "a/b", new string('a', 64) })
            Assert.Throws<ArgumentException>(() => cluster.Clients[0].GetStore(name));
    }

    [Fact]
    public async Task A_health_check_learns_what_the_store_can_do()
    {
        var root = Directory.CreateTempSubdirectory("remotestore-health").FullName;
        var name = ClusterFixture.NewStore(n => new SyncBackendAdapter(
            new LocalBackend(new LocalBackendOptions { Root = root, Name = n })
        ));
        var store = cluster.Open(name);
        Assert.True(store.Capabilities.Supports(Capability.UserMetadata));
        await store.CheckHealthAsync(Token);
        Assert.False(store.Capabilities.Supports(Capability.UserMetadata));
        Directory.Delete(root, recursive: true);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData(".~tmp.x")]
    public async Task A_grain_trusts_no_key(string key)
    {
        var name = ClusterFixture.NewStore();
        var grain = cluster.Clients[0].Cluster.GetGrain<Grains.IPathGrain>($"{name}/{key}");
        await Assert.ThrowsAsync<InvalidPathException>(async () => await grain.Kind(Token));
        await Assert.ThrowsAsync<InvalidPathException>(async () => await grain.Kind(Token));
    }

    [Fact]
    public async Task What_the_cluster_does_not_answer_is_unavailable_and_unknown()
    {
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var name = ClusterFixture.NewStore(n => new FailingBackend(new AsyncMemoryBackend(n), () => blocked.Task));
        await using var client = await Client.RemoteStoreClient.ConnectAsync(cluster.Options(0, TimeSpan.FromSeconds(2)), Token);
        var error = await Assert.ThrowsAsync<BackendUnavailableException>(() =>
            client.GetStore(name).WriteTextAsync("f", "x", cancellationToken: Token)
        );
        blocked.SetResult();
        Assert.True(error.IsTransient);
        Assert.False(error.RefusedBeforeExecution);
        Assert.Equal("f", error.Path);
        Assert.Contains("outcome of the call is unknown", error.Detail, StringComparison.Ordinal);
    }

    private async Task<Exception> FailureAsync(Exception failure)
    {
        var name = ClusterFixture.NewStore(n => new FailingBackend(new AsyncMemoryBackend(n), () => Task.FromException(failure)));
        return (await Record.ExceptionAsync(() => cluster.Open(name, 1).WriteTextAsync("f", "x", cancellationToken: Token)))!;
    }

    private async Task<Exception> DeletionFailureAsync(Exception failure)
    {
        var name = ClusterFixture.NewStore(n => new FailingBackend(new AsyncMemoryBackend(n), () => Task.FromException(failure)));
        await cluster.Clients[1].GetBackend(name).WriteAtomicAsync("f", "x"u8.ToArray(), cancellationToken: Token);
        return (await Record.ExceptionAsync(() => cluster.Open(name, 1).DeleteAsync("f", cancellationToken: Token)))!;
    }
}
