using Microsoft.Extensions.Logging;
using RemoteStore.Local;

namespace RemoteStore.Tests.Local;

/// <summary>A mount that cannot sync is reported once, by the backend's name.</summary>
public sealed class DurabilityWarningTests : IDisposable
{
    private const int NotSupported = 95;
    private readonly string _root = Directory.CreateTempSubdirectory("remotestore-sync-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(NotSupported, 1)]
    [InlineData(0, 0)]
    public void A_mount_that_cannot_sync_is_reported_once(int errno, int expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows syncs by another call.");
        var lines = new Lines();
        var options = new LocalBackendOptions { Root = _root, Name = "disk" };
        using var backend = new LocalBackend(
            options,
            LocalFiles.Choose,
            TimeProvider.System,
            lines,
            new Durability(true, () => lines.CannotSync(options.Name), _ => errno)
        );
        backend.CheckHealth();
        backend.Write("f", new byte[1]);
        backend.Write("f", new byte[2], WriteOptions.Replace);
        Assert.Equal(errno == 0, backend.IsDurable);
        Assert.Equal(expected, lines.Warnings.Count);
        Assert.All(lines.Warnings, l => Assert.Contains("disk", l, StringComparison.Ordinal));
    }

    private sealed class Lines : ILogger
    {
        internal List<string> Warnings { get; } = [];

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
            if (logLevel == LogLevel.Warning)
                Warnings.Add(formatter(state, exception));
        }
    }
}
