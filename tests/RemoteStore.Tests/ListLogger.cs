using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Tests;

/// <summary>Keeps what was logged, as level and text.</summary>
internal sealed class ListLogger<T> : ILogger<T>
{
    internal ConcurrentQueue<string> Entries { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Entries.Enqueue($"{logLevel} {formatter(state, exception)}");
}
