using System.Text.RegularExpressions;

namespace RemoteStore.Tests.Project;

/// <summary>docs/errors.md has a row for each kind and each code, and none for others.</summary>
public sealed partial class ErrorCodeTests
{
    private static readonly string[] Documented =
    [
        .. Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"))).Select(m => m.Groups[1].Value),
    ];

    [Fact]
    public void Each_code_has_a_row()
    {
        var codes = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*ErrorCodes.cs", SearchOption.AllDirectories)
            .SelectMany(f => Constant().Matches(File.ReadAllText(f)))
            .Select(m => (Name: m.Groups[1].Value, Value: m.Groups[2].Value))
            .ToList();
        Assert.InRange(codes.Count, 20, 100);
        Assert.All(codes, c => Assert.Equal(c.Name, c.Value));
        var kinds = Enum.GetNames<RemoteErrorKind>();
        Assert.Equal([.. codes.Select(c => c.Value).Concat(kinds).Order()], Documented.Order());
    }

    [GeneratedRegex("^\\| `([A-Z][A-Za-z]+)` \\|(?=.*\\|.*\\|.*\\|)", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("const string (\\w+) = \"(\\w+)\";")]
    private static partial Regex Constant();
}
