using System.Xml.Linq;

namespace RemoteStore.Tests.Project;

/// <summary>Arrows point to the core, executables compose, nothing references an executable. Read from the project files.</summary>
public sealed class DependencyRuleTests
{
    private static readonly string[] Executables = ["RemoteStore.Silo", "RemoteStore.Cli"];

    /// <summary>What each library may reference of the project's own; executables may reference any library.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["RemoteStore"] = [],
        ["RemoteStore.Azure"] = ["RemoteStore"],
        ["RemoteStore.S3"] = ["RemoteStore"],
        ["RemoteStore.Sftp"] = ["RemoteStore"],
        ["RemoteStore.Grains.Abstractions"] = ["RemoteStore"],
        ["RemoteStore.Grains"] = ["RemoteStore", "RemoteStore.Grains.Abstractions"],
        ["RemoteStore.Client"] = ["RemoteStore", "RemoteStore.Grains.Abstractions"],
        ["RemoteStore.Gateway"] = ["RemoteStore"],
    };

    public static TheoryData<string> Projects => [.. Sources().Select(p => Path.GetFileNameWithoutExtension(p))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_follow_the_rule(string project)
    {
        var references = References(project, "ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))
            .ToList();
        Assert.Empty(references.Intersect(Executables));
        if (!Executables.Contains(project))
            Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void The_core_knows_no_SDK_and_no_Orleans() =>
        Assert.Equal(
            ["Polly.Core"],
            References("RemoteStore", "PackageReference")
                .Where(p => !p.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && p != "System.Threading.RateLimiting")
        );

    /// <summary>A batch job must run on the plain runtime: only what hosts grains or serves HTTP needs ASP.NET Core.</summary>
    [Fact]
    public void Only_servers_need_the_framework_of_ASP_NET_Core() =>
        Assert.Equal(
            ["RemoteStore.Grains"],
            Sources().Where(p => XDocument.Load(p).Descendants("FrameworkReference").Any()).Select(p => Path.GetFileNameWithoutExtension(p))
        );

    [Theory]
    [InlineData("RemoteStore.Silo")]
    [InlineData("RemoteStore.Grains")]
    public void Blocking_calls_are_banned_where_turns_run(string project) =>
        Assert.Contains(References(project, "AdditionalFiles"), f => f.EndsWith("BannedSymbols.Async.txt", StringComparison.Ordinal));

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> References(string project, string element) =>
        XDocument
            .Load(Sources().Single(p => Path.GetFileNameWithoutExtension(p) == project))
            .Descendants(element)
            .Select(e => e.Attribute("Include")!.Value);
}
