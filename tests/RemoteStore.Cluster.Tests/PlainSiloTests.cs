using Orleans.TestingHost;
using RemoteStore.Client;

namespace RemoteStore.Cluster.Tests;

/// <summary>Failures in a silo without any filter of calls: Orleans treats them in another way there than in one with filters.</summary>
public sealed class PlainSiloTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = Build();
    private RemoteStoreClient? _client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _cluster.DeployAsync();
        _client = await RemoteStoreClient.ConnectAsync(_cluster.ClientOptions(_cluster.Primary!));
    }

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Every_error_arrives_with_its_type_and_all_it_says()
    {
        foreach (var kind in Enum.GetValues<RemoteErrorKind>())
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
                    IsTransient = false,
                    RetryAfter = TimeSpan.FromSeconds(7),
                    Capability = Capability.Move,
                    RefusedBeforeExecution = true,
                }
            );
            var got = Assert.IsAssignableFrom<RemoteStoreException>(await FailureAsync(() => Task.FromException(sent)));
            Assert.Equal(
                (
                    sent.GetType(),
                    sent.Kind,
                    sent.Detail,
                    sent.Path,
                    sent.Backend,
                    sent.Code,
                    sent.NativeCode,
                    sent.RetryAfter,
                    sent.RefusedBeforeExecution
                ),
                (
                    got.GetType(),
                    got.Kind,
                    got.Detail,
                    got.Path,
                    got.Backend,
                    got.Code,
                    got.NativeCode,
                    got.RetryAfter,
                    got.RefusedBeforeExecution
                )
            );
            Assert.DoesNotContain("a secret", got.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_grain_receives_from_another_one_arrives_too()
    {
        var store = _client!.GetStore(ClusterFixture.NewStore());
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => store.MoveAsync("a", "b", cancellationToken: Token));
        Assert.Equal("a", missing.Path);
        await store.WriteTextAsync("a", "x", cancellationToken: Token);
        await store.WriteTextAsync("b", "y", cancellationToken: Token);
        Assert.Equal(
            "b",
            (await Assert.ThrowsAsync<AlreadyExistsException>(() => store.CopyAsync("a", "b", cancellationToken: Token))).Path
        );
    }

    [Fact]
    public async Task What_is_unknown_is_named_and_mistakes_of_the_caller_stay_theirs()
    {
        var got = Assert.IsType<RemoteStoreException>(await FailureAsync(() => Task.FromException(new FormatException("a secret"))));
        Assert.Contains(nameof(FormatException), got.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", got.ToString(), StringComparison.Ordinal);
        Assert.IsType<ArgumentException>(await FailureAsync(() => Task.FromException(new ArgumentException("mistaken"))));
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = FailureAsync(
            () =>
            {
                begun.TrySetResult();
                return end.Task;
            },
            cancelled.Token
        );
        await begun.Task.WaitAsync(Token);
        await cancelled.CancelAsync();
        Assert.IsAssignableFrom<OperationCanceledException>(await call);
        end.SetResult();
    }

    private Task<Exception?> FailureAsync(Func<Task> before, CancellationToken? token = null)
    {
        var store = _client!.GetStore(ClusterFixture.NewStore(n => new FailingBackend(new AsyncMemoryBackend(n), before)));
        return Record.ExceptionAsync(() => store.WriteTextAsync("f", "x", cancellationToken: token ?? Token)).AsTask();
    }

    private static TestCluster Build()
    {
        var builder = new TestClusterBuilder(1);
        builder.Options.ConnectionTransport = ConnectionTransportType.TcpSocket;
        builder.AddSiloBuilderConfigurator<Silo>();
        return builder.Build();
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.AddRemoteStoreGrains(ClusterFixture.Shared);
    }
}
