using System.Net;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// Logs Orleans' messages about the bytes of its peers at most once a minute for each address and kind: every malformed message
/// causes an entry with a stack trace, and any peer can send as many as it likes. All other messages are logged unchanged.
/// </summary>
internal sealed class CalmLoggerFactory(ILoggerFactory inner, TimeProvider clock) : ILoggerFactory
{
    private static readonly string[] Prefixes =
    [
        "Orleans.Runtime.Messaging",
        "Orleans.Networking",
        "Orleans.Messaging",
        "Orleans.Connections",
        "Microsoft.Orleans.Networking",
    ];
    private readonly OncePerMinute<(IPAddress Address, string Category, int Event)> _once = new(clock);

    public ILogger CreateLogger(string categoryName) =>
        Prefixes.Any(p => categoryName.StartsWith(p, StringComparison.Ordinal))
            ? new Calm(inner.CreateLogger(categoryName), categoryName, _once)
            : inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class Calm(ILogger inner, string category, OncePerMinute<(IPAddress Address, string Category, int Event)> once) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel >= LogLevel.Warning && exception is not null && !once.TryEnter((AddressIn(state), category, eventId.Id), out _))
                return;
            inner.Log(logLevel, eventId, state, exception, formatter);
        }

        private static IPAddress AddressIn<TState>(TState state) =>
            (state as IEnumerable<KeyValuePair<string, object?>>)?.Select(p => p.Value).OfType<IPEndPoint>().FirstOrDefault()?.Address
            ?? IPAddress.None;
    }
}
