using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace RemoteStore.Conformance.Tests;

/// <summary>Properties of paths and patterns. A failure prints the seed and the shortest counter-example.</summary>
public sealed class PropertyTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(3_000 * BackendConformance.Effort);

    private static readonly string[] Pieces =
    [
        "a",
        "b",
        "..",
        ".",
        "/",
        "//",
        "\\",
        "\0",
        "\n",
        "é",
        "🌍",
        "\ud800",
        "\udc00",
        " ",
        ".~tmp.",
        "~",
        "...",
        "%2e%2e",
        "a..b",
        new string('n', 130),
        "C:",
    ];

    private static Arbitrary<string> Texts { get; } = Gen.Elements(Pieces).ListOf().Select(p => string.Concat(p.Take(12))).ToArbitrary();

    private static Arbitrary<(string Pattern, string Path)> Globs { get; } =
        (
            from pattern in Gen.Elements("a", "b", "*", "?", "/", "/", "**", "[ab]", "[!a]", "[a-c]", "[🌍-🌏]", "🌍", "[", "]", "!", "-")
                .ListOf()
            from path in Gen.Elements("a", "b", "c", "🌍", "🌎", "/", "]", "-", "!").ListOf()
            select (string.Concat(pattern.Take(9)), string.Concat(path.Take(9)))
        ).ToArbitrary();

    [Fact]
    public void Reading_a_path_twice_changes_nothing() =>
        Prop.ForAll(
                Texts,
                text =>
                    !RemotePath.TryParse(text, out var path)
                    || (RemotePath.Parse(path.Value) == path && RemotePath.Parse(path.Value).Value == path.Value)
            )
            .Check(Config);

    [Fact]
    public void A_path_never_escapes() =>
        Prop.ForAll(
                Texts,
                text =>
                    !RemotePath.TryParse(text, out var path)
                    || (
                        path.Segments.All(p => p is not ("" or "." or "..") && !p.Any(char.IsControl) && !p.Contains('\\'))
                        && !path.Value.StartsWith('/')
                        && Encoding.UTF8.GetByteCount(path.Value) <= 1024
                        && path.Segments.All(p => Encoding.UTF8.GetByteCount(p) <= 255)
                    )
            )
            .Check(Config);

    /// <summary>Two canonical texts are two paths, in UTF-8 too: no two meet in one file.</summary>
    [Fact]
    public void Different_canonical_texts_are_different_paths() =>
        Prop.ForAll(
                Texts,
                Texts,
                (left, right) =>
                    !RemotePath.TryParse(left, out var a)
                    || !RemotePath.TryParse(right, out var b)
                    || (a == b) == (a.Value == b.Value)
                        && (a == b) == Encoding.UTF8.GetBytes(a.Value).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(b.Value))
                        && (a != b || a.GetHashCode() == b.GetHashCode())
            )
            .Check(Config);

    [Fact]
    public void A_path_is_built_from_its_parts() =>
        Prop.ForAll(
                Texts,
                text =>
                    !RemotePath.TryParse(text, out var path)
                    || (
                        path.Segments.Aggregate(RemotePath.Root, (p, part) => p / part) == path
                        && path.Name == path.Segments[^1]
                        && (path.Parent is null ? path.Segments.Count == 1 : path.Parent / path.Name == path)
                    )
            )
            .Check(Config);

    /// <summary>
    /// What a store accepts, a backend accepts as it exists; what it refuses (backslash and leading slash aside), a backend refuses.
    /// </summary>
    [Fact]
    public void Stores_and_backends_agree_on_keys() =>
        Prop.ForAll(
                Texts,
                text =>
                {
                    using var backend = new MemoryBackend();
                    var accepted = RemotePath.TryParse(text, out var path);
                    if (accepted && backend.Resolve(path!.Value).Key != path.Value)
                        return false;
                    if (text.Contains('\\', StringComparison.Ordinal) || text.StartsWith('/') || text is "" or ".")
                        return true;
                    var refused = Record.Exception(() => backend.GetKind(text)) is InvalidPathException;
                    return refused != accepted;
                }
            )
            .Check(Config);

    [Fact]
    public void Globs_match_as_the_slow_matcher_does() =>
        Prop.ForAll(
                Globs,
                pair =>
                {
                    var (pattern, path) = pair;
                    var glob = Parsed(pattern);
                    return glob is null
                        || !RemotePath.TryParse(path, out var parsed)
                        || parsed.Value != path
                        || glob.IsMatch(path) == SlowMatcher.Matches(pattern, path);
                }
            )
            .Check(Config);

    [Fact]
    public void Name_patterns_match_as_the_slow_matcher_does() =>
        Prop.ForAll(
                Globs,
                pair =>
                {
                    var pattern = pair.Pattern.Replace("/", "", StringComparison.Ordinal);
                    var name = pair.Path.Replace("/", "", StringComparison.Ordinal);
                    return pattern.Length == 0 || NamePattern.Parse(pattern).Matches(name) == SlowMatcher.MatchesName(pattern, name);
                }
            )
            .Check(Config);

    [Fact]
    public void A_pattern_of_many_stars_is_not_slow()
    {
        var pattern = NamePattern.Parse(string.Concat(Enumerable.Repeat("*a", 100)) + "b");
        Assert.False(pattern.Matches(new string('a', 255)));
    }

    /// <summary>Without a bound on the work this takes some 10^9 steps.</summary>
    [Fact]
    public void A_glob_of_many_any_depth_segments_is_not_slow()
    {
        var path = string.Join('/', Enumerable.Repeat("a", 511));
        Assert.False(GlobPattern.Parse("**/a/**/a/**/a/**/a/b").IsMatch(path));
        Assert.True(GlobPattern.Parse("**/a/**/a/**/a/**/a").IsMatch(path));
        Assert.False(GlobPattern.Parse(string.Concat(Enumerable.Repeat("**/*a*/", 140)) + "b").IsMatch(path));
    }

    [Fact]
    public void A_set_that_is_opened_often_and_never_closed_is_not_slow() =>
        Assert.False(NamePattern.Parse(new string('[', NamePattern.MaxLength)).Matches(new string('[', 255)));

    [Theory]
    [InlineData("?", "🌍", true)]
    [InlineData("??", "🌍", false)]
    [InlineData("[🌍🌎]", "🌎", true)]
    [InlineData("[!🌍]", "🌎", true)]
    [InlineData("[!🌍]", "🌍", false)]
    [InlineData("[a-🌏]", "🌍", true)]
    [InlineData("a*🌍", "a🌎🌍", true)]
    public void A_wildcard_matches_a_whole_character(string pattern, string name, bool matches)
    {
        Assert.Equal(matches, NamePattern.Parse(pattern).Matches(name));
        Assert.Equal(matches, GlobPattern.Parse(pattern).IsMatch(name));
    }

    [Fact]
    public void A_pattern_beyond_the_limit_is_refused()
    {
        var longest = new string('a', 1024);
        NamePattern.Parse(longest);
        GlobPattern.Parse(longest);
        Assert.Throws<ArgumentException>(() => NamePattern.Parse(longest + "a"));
        Assert.Throws<InvalidPathException>(() => GlobPattern.Parse(longest + "a"));
    }

    private static GlobPattern? Parsed(string pattern)
    {
        try
        {
            return GlobPattern.Parse(pattern);
        }
        catch (InvalidPathException)
        {
            return null;
        }
    }
}
