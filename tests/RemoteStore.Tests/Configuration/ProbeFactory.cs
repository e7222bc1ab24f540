using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Tests.Configuration;

/// <summary>A type of backend with one option of every kind, that remembers what it made and what was closed.</summary>
internal sealed class ProbeFactory() : BackendFactory<ProbeFactory.ProbeOptions>("probe")
{
    internal List<ProbeOptions> Made { get; } = [];

    internal List<string> Closed { get; } = [];

    internal Exception? Health { get; set; }

    protected override IEnumerable<(string Property, string Fault)> Check(ProbeOptions options)
    {
        if (options.Count < 0)
            yield return (nameof(options.Count), "must not be negative.");
    }

    protected override AsyncBackend Create(string name, ProbeOptions options, IServiceProvider services)
    {
        Made.Add(options);
        return new Probe(this, name);
    }

    internal sealed record ProbeOptions
    {
        public string Name { get; init; } = "";

        public string? Root { get; init; }

        public Secret? ConnectionString { get; init; }

        public int Count { get; init; } = 1;

        public TimeSpan Grace { get; init; }

        public EntryKind Kind { get; init; }

        public Nested Inner { get; init; } = new();
    }

    [SuppressMessage("Design", "CA1034", Justification = "The shape of nested options is what is tested.")]
    internal sealed record Nested
    {
        public bool Fast { get; init; }
    }

    private sealed class Probe(ProbeFactory factory, string name) : DelegatingBackend(new AsyncMemoryBackend(name))
    {
        public override ValueTask CheckHealthAsync(CancellationToken cancellationToken = default) =>
            factory.Health is { } error ? ValueTask.FromException(error) : default;

        public override ValueTask CloseAsync(CancellationToken cancellationToken = default)
        {
            lock (factory.Closed)
                factory.Closed.Add(Name);
            return base.CloseAsync(cancellationToken);
        }
    }
}
