using System.Text.RegularExpressions;

namespace RemoteStore.Tests.Project;

/// <summary>What keeps the tree readable: short lines, short test names, the field's words, and no tests that sleep.</summary>
public sealed partial class ReadabilityTests
{
    private const int MaxLine = 140;
    private const int MaxTestName = 80;

    /// <summary>Where a test may wait by time, and why.</summary>
    private static readonly Dictionary<string, string> Sleeps = new()
    {
        ["FakePort.cs"] = "a peer that never answers",
        ["FaultyWay.cs"] = "a peer that never answers",
        ["StuckStream.cs"] = "a stream that never answers",
        ["ScriptedServer.cs"] = "a server that never answers",
        ["PathPairTests.cs"] = "a backend that never answers",
        ["ResumeLimitTests.cs"] = "a silo that never answers",
        ["StoreMaintenanceTests.cs"] = "a backend that never answers",
        ["ResilientBackendTests.cs"] = "a backend that never answers",
        ["DelayingProxy.cs"] = "the latency of a network",
        ["CloseSoakTests.cs"] = "random lengths of calls, and the end of threads, which signals nothing",
        ["BridgeStressTests.cs"] = "the end of threads, which signals nothing",
        ["SyncCloseTests.cs"] = "a state of another thread, which signals nothing",
        ["ModeTests.cs"] = "bytes of a file that another process writes",
        ["ClusterTest.cs"] = "a member of a cluster of processes, which signals nothing",
        ["GatewayTests.cs"] = "a client that leaves a gateway, which signals nothing",
        ["NetworkCluster.cs"] = "a member of a cluster of processes, which signals nothing",
        ["FrozenSiloTests.cs"] = "how long a silo is frozen",
        ["Traffic.cs"] = "the pace of a load",
        ["PartitionRounds.cs"] = "how long a network is cut",
        ["StopTests.cs"] = "a call that must still run when its silo stops",
    };

    public static TheoryData<string> Texts =>
        [
            .. Directory
                .EnumerateFiles(Repository.Root, "*", SearchOption.AllDirectories)
                .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".md", StringComparison.Ordinal))
                .Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'))
                .Where(f => !Generated().IsMatch(f)),
        ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Lines_are_short(string file)
    {
        var isCode = file.EndsWith(".cs", StringComparison.Ordinal);
        var fence = false;
        Assert.All(
            File.ReadLines(Path.Combine(Repository.Root, file)),
            line =>
            {
                fence ^= !isCode && line.StartsWith("```", StringComparison.Ordinal);
                Assert.True(line.Length <= MaxLine || fence || MayBeLong(line, isCode), line);
            }
        );
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Phrases_of_the_glossary_are_used(string file)
    {
        if (file.StartsWith("docs/adr/", StringComparison.Ordinal) || file.EndsWith("/ReadabilityTests.cs", StringComparison.Ordinal))
            return;
        Assert.All(File.ReadLines(Path.Combine(Repository.Root, file)), line => Assert.False(Phrases().IsMatch(line), line));
    }

    [Fact]
    public void Names_of_tests_are_short() =>
        Assert.All(
            Sources().SelectMany(f => TestName().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value),
            name => Assert.InRange(name.Length, 1, MaxTestName)
        );

    [Fact]
    public void Tests_wait_for_signals_but_where_there_is_none()
    {
        var waiting = Sources().Where(f => Waiting().IsMatch(File.ReadAllText(f))).Select(f => Path.GetFileName(f)).Distinct();
        Assert.Equal(Sleeps.Keys.Order(), waiting.Order());
    }

    private static IEnumerable<string> Sources() =>
        Texts
            .Select(t => t.Data)
            .Where(f => f.StartsWith("tests/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal))
            .Where(f => !f.EndsWith("/ReadabilityTests.cs", StringComparison.Ordinal))
            .Select(f => Path.Combine(Repository.Root, f));

    /// <summary>Texts of other formats, which have no place for a break: XML, JSON, addresses.</summary>
    private static bool MayBeLong(string line, bool isCode) =>
        isCode ? Format().IsMatch(line) : line.Contains("](", StringComparison.Ordinal) && !line.StartsWith('|');

    [GeneratedRegex("(^|/)(bin|obj|artifacts|TestResults|\\.[^/]+)/")]
    private static partial Regex Generated();

    [GeneratedRegex("\"\"\"|<\\?xml|<[A-Z]\\w+>|\"[A-Z]\\w+\":|\\{\\w+\\.")]
    private static partial Regex Format();

    [GeneratedRegex("public (?:async )?(?:Task|void|ValueTask) (\\w+)\\(")]
    private static partial Regex TestName();

    [GeneratedRegex("Task\\.Delay\\(|Thread\\.Sleep|SpinUntil")]
    private static partial Regex Waiting();

    [GeneratedRegex(
        "\\b(told|stands at|stands there|goes on|went on|made again|asked again|tried again|beside|under way|at the most|any more"
            + "|whoever|wishe?s?|given back|taken away|cut off|broken off|for ever|anew|without end|meanwhile|by then|passing reason"
            + "|what became of|is not blank)\\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Phrases();
}
