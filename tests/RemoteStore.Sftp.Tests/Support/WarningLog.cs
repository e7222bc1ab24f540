using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Sftp.Tests;

/// <summary>Keeps the warnings.</summary>
internal sealed class WarningLog : ILogger<SftpBackend>
{
    private readonly Channel<string> _reported = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _warnings = new();

    internal IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>Waits for the next warning that nobody has waited for.</summary>
    internal Task<string> NextAsync() =>
        _reported.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1));

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
        if (logLevel < LogLevel.Warning)
            return;
        _warnings.Enqueue(formatter(state, exception));
        _reported.Writer.TryWrite(formatter(state, exception));
    }
}
