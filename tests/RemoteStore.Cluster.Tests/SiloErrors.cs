using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Cluster.Tests;

/// <summary>The exceptions that the silos have logged as errors.</summary>
internal sealed class SiloErrors : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<Exception> _logged = new();

    internal IEnumerable<Exception> Logged => _logged;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel) && exception is not null)
            _logged.Enqueue(exception);
    }

    public void Dispose() { }
}
