namespace RemoteStore.Bench;

/// <summary>
/// Two real silos over one folder, one silo alone, and processes that read from them. Store <c>hot</c> has readers, store <c>cold</c> has
/// none.
/// </summary>
internal sealed class HotCluster : IDisposable
{
    private const int Clients = 2;
    private static readonly string[] Stores =
    [
        .. new[] { "hot", "cold" }.SelectMany(s =>
            new[]
            {
                $"--RemoteStore:Stores:{s}:Backend=disk",
                $"--RemoteStore:Stores:{s}:Root={s}",
                $"--RemoteStore:Silo:Stores:{s}:SharedAcrossSilos=true",
            }
        ),
        "--RemoteStore:Silo:Stores:main:SharedAcrossSilos=true",
        "--RemoteStore:Silo:Stores:cold:HotReads=0",
    ];

    private readonly List<ChildProcess> _silos = [];
    private readonly List<AskedProcess> _clients = [];

    internal HotCluster(BenchFolder folder)
    {
        _silos.Add(ChildProcess.Silo(folder.At("cluster"), [.. Stores, "--RemoteStore:Silo:Clustering=Localhost"]));
        _silos.Add(ChildProcess.Silo(folder.At("cluster"), [.. Stores, "--primary", $"127.0.0.1:{_silos[0].SiloPort}"]));
        _silos.Add(ChildProcess.Silo(folder.At("alone"), Stores));
        string[] args = ["--hot-client", "true", "--gateways", $"{_silos[0].Gateway},{_silos[1].Gateway}", "--alone", _silos[2].Gateway];
        _clients.AddRange(Enumerable.Range(0, Clients).Select(_ => new AskedProcess(args)));
    }

    /// <summary>Lets all clients read one path for a while.</summary>
    internal HotReads Read(string cluster, string store, string key, double seconds)
    {
        var used = Cpu.Micros();
        _clients.ForEach(c => c.Ask($"{cluster} {store} {key} {seconds.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}"));
        var reads = _clients.ConvertAll(c => HotReads.Parse(c.Answer()));
        return new HotReads(reads.Sum(r => r.PerSecond), reads.Sum(r => r.Total)) { ProcessorMicros = Cpu.Micros() - used };
    }

    public void Dispose()
    {
        _clients.ForEach(c => c.Dispose());
        _silos.ForEach(s => s.Dispose());
    }
}

/// <summary>What reading brought.</summary>
/// <param name="PerSecond">The reads of a second, once warm.</param>
/// <param name="Total">All reads, those to warm up too.</param>
internal sealed record HotReads(double PerSecond, long Total)
{
    /// <summary>What all processes used.</summary>
    internal double ProcessorMicros { get; init; }

    internal double ProcessorPerRead => ProcessorMicros / Total;

    internal string Text => FormattableString.Invariant($"{PerSecond:R} {Total}");

    internal static HotReads Parse(string text)
    {
        var parts = text.Split(' ');
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return new HotReads(double.Parse(parts[0], culture), long.Parse(parts[1], culture));
    }
}
