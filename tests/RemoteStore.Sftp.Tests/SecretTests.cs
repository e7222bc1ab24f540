using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Sftp.Tests;

/// <summary>Every kind of credential is used, rightly and wrongly, while all that is emitted is searched for it.</summary>
[Collection(SshServer.Passwords)]
public sealed class SecretTests(SshServer server)
{
    private readonly List<string> _emitted = [];

    [Fact]
    public async Task No_credential_shows_anywhere()
    {
        server.RequirePasswords();
        var key = await File.ReadAllTextAsync(server.KeyFile, TestContext.Current.CancellationToken);
        var locked = await File.ReadAllTextAsync(server.LockedKeyFile, TestContext.Current.CancellationToken);
        var wrong = $"wrong {Guid.NewGuid():N}";
        using var listener = Listen();
        var bare = server.Options with { PrivateKeyFile = null };
        SftpBackendOptions[] all =
        [
            bare with
            {
                Password = server.Password,
            },
            bare with
            {
                Password = wrong,
            },
            bare with
            {
                PrivateKey = key,
            },
            bare with
            {
                PrivateKey = locked,
                Passphrase = server.Passphrase,
            },
            bare with
            {
                PrivateKey = locked,
                Passphrase = wrong,
            },
            bare with
            {
                Password = server.Password,
                HostKeys = server.OtherKey,
            },
            bare with
            {
                Password = server.Password,
                Port = FreePorts.Next(),
            },
            bare with
            {
                Password = server.Password,
                SshCommand = "/no/such/ssh",
            },
        ];
        foreach (var options in all)
            await UseAsync(options);
        Emit(Record.Exception(() => new SftpBackend(bare with { PrivateKey = $"not a key {wrong}" }))?.ToString());
        Assert.NotEmpty(_emitted);
        string[] secrets = [server.Password, server.Passphrase, wrong, Body(key), Body(locked)];
        foreach (var text in _emitted)
            Assert.DoesNotContain(secrets, s => text.Contains(s, StringComparison.Ordinal));
    }

    private async Task UseAsync(SftpBackendOptions options)
    {
        Emit(options.ToString());
        Emit(JsonSerializer.Serialize(options));
        using var loggers = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(new EmittingLog(this)));
        await using var backend = new TelemetryBackend(
            new SyncBackendAdapter(new SftpBackend(options, loggers.CreateLogger<SftpBackend>())),
            loggers.CreateLogger<TelemetryBackend>()
        );
        Emit(backend.ToString());
        Emit(backend.Resolve("f").ToString());
        foreach (
            var call in new Func<Task>[]
            {
                async () => await backend.CheckHealthAsync(),
                async () => await backend.WriteAsync("f", new byte[1], WriteOptions.Replace),
                async () => await backend.ReadBytesAsync("f"),
                async () => await backend.ReadBytesAsync("none"),
            }
        )
        {
            if (await Record.ExceptionAsync(call) is { } error)
                Emit(error.ToString());
        }

        Emit(CommandLines());
    }

    // What every user of the machine can see of the client's processes.
    private static string CommandLines() =>
        string.Join(
            '\n',
            Process
                .GetProcessesByName("ssh")
                .Select(p =>
                {
                    try
                    {
                        return File.ReadAllText($"/proc/{p.Id}/cmdline");
                    }
                    catch (IOException)
                    {
                        return "";
                    }
                })
        );

    private static string Body(string key) => key.Split('\n')[2];

    private void Emit(string? text)
    {
        lock (_emitted)
            _emitted.Add(text ?? "");
    }

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "RemoteStore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
                Emit(
                    $"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects)} "
                        + $"{string.Join(' ', a.Events.SelectMany(e => e.Tags))}"
                ),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    [Fact]
    public async Task A_configured_store_works_and_faults_name_the_key_and_no_value()
    {
        var services = Services(server.Require().Options.Root, ("PrivateKeyFile", server.KeyFile));
        await using (services)
        {
            var store = services.GetRequiredService<StoreRegistry>().GetAsyncStore("main");
            await store.WriteTextAsync("f", "text", cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal("text", await store.ReadTextAsync("f", cancellationToken: TestContext.Current.CancellationToken));
        }

        await using var broken = Services("/", ("PrivateKey", "hidden"), ("MaxSessions", "99"));
        var error = Assert.ThrowsAny<Exception>(() => broken.GetRequiredService<StoreRegistry>().GetAsyncStore("main"));
        Assert.Contains("RemoteStore:Backends:main:PrivateKey:", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("RemoteStore:Backends:main:MaxSessions:", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
    }

    private ServiceProvider Services(string root, params (string Key, string Value)[] more)
    {
        const string Prefix = "RemoteStore:Backends:main:";
        var settings = new Dictionary<string, string?>
        {
            [Prefix + "Type"] = "sftp",
            [Prefix + "Host"] = "127.0.0.1",
            [Prefix + "Port"] = server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [Prefix + "User"] = server.User,
            [Prefix + "HostKeys"] = server.HostKey,
            [Prefix + "Root"] = root,
            ["RemoteStore:Stores:main:Backend"] = "main",
        };
        foreach (var (key, value) in more)
            settings[$"{Prefix}{key}"] = value;
        return new ServiceCollection()
            .AddLogging()
            .AddSftpBackend()
            .AddRemoteStore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }

    private sealed class EmittingLog(SecretTests test) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => test.Emit($"{formatter(state, exception)} {exception}");
    }
}
