using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

/// <summary>The timer of the maintenance, without a silo around it and by a clock that the test moves.</summary>
public sealed class StoreMaintenanceTests : IAsyncDisposable
{
    private readonly SignallingClock _clock = new();
    private readonly Lines _lines = new();
    private readonly TidyBackend _tidy = new();
    private readonly ServiceProvider _services;

    public StoreMaintenanceTests()
    {
        var settings = new Dictionary<string, string?>
        {
            ["RemoteStore:Backends:tidy:Type"] = "tidy",
            ["RemoteStore:Backends:plain:Type"] = "memory",
            ["RemoteStore:Stores:one:Backend"] = "tidy",
            ["RemoteStore:Stores:two:Backend"] = "tidy",
            ["RemoteStore:Stores:three:Backend"] = "plain",
        };
        var services = new ServiceCollection();
        services.AddRemoteStore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSingleton<IBackendFactory>(new TidyFactory(_tidy));
        _services = services.BuildServiceProvider();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Each_backend_is_tidied_at_the_start_and_after_every_interval()
    {
        using var maintenance = Create(60);
        await maintenance.StartAsync(Token);
        for (var run = 1; run <= 3; run++)
        {
            var wait = await _clock.Waits.ReadAsync(Token);
            Assert.Equal(run, _tidy.Runs);
            Assert.InRange(wait, TimeSpan.FromMinutes(54), TimeSpan.FromMinutes(66));
            _clock.Advance(wait);
        }

        await maintenance.StopAsync(Token);
    }

    [Fact]
    public async Task A_failure_is_reported_once_until_it_has_worked_and_without_its_text()
    {
        using var maintenance = Create(60);
        _tidy.Failure = new BackendUnavailableException("secret");
        await maintenance.StartAsync(Token);
        for (var run = 1; run <= 4; run++)
        {
            var wait = await _clock.Waits.ReadAsync(Token);
            Assert.Equal(run == 4 ? 2 : 1, _lines.Count("(BackendUnavailable); it is retried"));
            _tidy.Failure = run == 2 ? null : new BackendUnavailableException("secret");
            _clock.Advance(wait);
        }

        await maintenance.StopAsync(Token);
        Assert.Equal(0, _lines.Count("secret"));
    }

    [Fact]
    public async Task Zero_is_never_and_a_stop_does_not_wait_for_work_that_hangs()
    {
        using var never = Create(0);
        await never.StartAsync(Token);
        await never.ExecuteTask!;
        Assert.Equal(0, _tidy.Runs);

        using var maintenance = Create(60);
        _tidy.Hangs = true;
        await maintenance.StartAsync(Token);
        await _tidy.Began.Task.WaitAsync(Token);
        await maintenance.StopAsync(Token);
        Assert.True(maintenance.ExecuteTask!.IsCompleted);
    }

    private StoreMaintenance Create(int minutes) =>
        new(
            _services.GetRequiredService<StoreRegistry>(),
            Options.Create(new SiloSettings { MaintenanceMinutes = minutes }),
            _clock,
            _lines
        );

    private sealed class TidyFactory(TidyBackend backend) : IBackendFactory
    {
        public string Type => "tidy";

        public IEnumerable<string> Validate(IConfigurationSection section) => [];

        public AsyncBackend Create(string name, IConfigurationSection section, IServiceProvider services) => backend;
    }

    private sealed class TidyBackend() : DelegatingBackend(new AsyncMemoryBackend("tidy")), IMaintainable
    {
        private int _runs;

        internal int Runs => Volatile.Read(ref _runs);

        internal bool Hangs { get; set; }

        internal Exception? Failure { get; set; }

        internal TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<int> MaintainAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _runs);
            Began.TrySetResult();
            if (Hangs)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return Failure is null ? 1 : throw Failure;
        }
    }

    private sealed class Lines : ILogger<StoreMaintenance>
    {
        private readonly List<string> _lines = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (_lines)
                _lines.Add(formatter(state, exception) + exception);
        }

        internal int Count(string text)
        {
            lock (_lines)
                return _lines.Count(l => l.Contains(text, StringComparison.Ordinal));
        }
    }
}
