using System.Runtime.CompilerServices;

namespace RemoteStore;

/// <summary>
/// A pattern over whole paths, anchored at both ends and compared ordinally: <c>*</c> and <c>?</c> stay within a segment,
/// <c>[abc]</c>, <c>[a-z]</c> and <c>[!abc]</c> match one character, a segment <c>**</c> matches any number of segments (at the end: at least one).
/// </summary>
public sealed class GlobPattern
{
    private readonly string[] _segments;
    private readonly NamePattern?[] _matchers;

    private GlobPattern(string[] segments)
    {
        _segments = segments;
        _matchers = [.. segments.Select(s => s == "**" ? null : NamePattern.Parse(s))];
    }

    /// <summary>The longest folder in front that holds no wildcard; empty for the root.</summary>
    internal string LiteralPrefix => string.Join('/', _segments[..^1].TakeWhile(s => !NamePattern.HasWildcard(s)));

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern, relative to the root of the store or backend.</param>
    /// <exception cref="InvalidPathException">The pattern is empty, absolute, or has an empty, <c>.</c> or <c>..</c> segment.</exception>
    public static GlobPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var segments = pattern.Split('/');
        if (segments.Any(s => s is "" or "." or "..") || pattern.Any(char.IsControl) || pattern.Contains('\\', StringComparison.Ordinal))
            throw new InvalidPathException("A glob is relative and has no empty, '.' or '..' segment, no backslash and no control character.", PathRules.Printable(pattern));
        return new GlobPattern(segments);
    }

    /// <summary>Whether a path matches.</summary>
    /// <param name="path">The canonical path.</param>
    public bool IsMatch(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Matches(path.Split('/'), 0, 0);
    }

    internal async IAsyncEnumerable<RemoteFileInfo> EnumerateAsync(
        AsyncBackend backend, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var file in backend.ListFilesAsync(LiteralPrefix, ListOptions, cancellationToken).ConfigureAwait(false))
        {
            if (IsMatch(file.Path))
                yield return file;
        }
    }

    internal IEnumerable<RemoteFileInfo> Enumerate(Backend backend) =>
        backend.ListFiles(LiteralPrefix, ListOptions).Where(f => IsMatch(f.Path));

    /// <summary>How the folder <see cref="LiteralPrefix"/> must be listed to see every match.</summary>
    internal ListOptions ListOptions
    {
        get
        {
            var prefixLength = _segments[..^1].TakeWhile(s => !NamePattern.HasWildcard(s)).Count();
            var depth = _segments.Length - prefixLength - 1;
            return new ListOptions { Recursive = true, MaxDepth = _segments.Contains("**") ? null : depth };
        }
    }

    private bool Matches(ReadOnlySpan<string> path, int from, int segment)
    {
        while (segment < _segments.Length)
        {
            if (_matchers[segment] is not { } matcher)
                return MatchesRest(path, from, segment);
            if (from >= path.Length || !matcher.Matches(path[from]))
                return false;
            from++;
            segment++;
        }

        return from == path.Length;
    }

    private bool MatchesRest(ReadOnlySpan<string> path, int from, int segment)
    {
        if (segment == _segments.Length - 1)
            return from < path.Length;
        for (var start = from; start <= path.Length; start++)
        {
            if (Matches(path, start, segment + 1))
                return true;
        }

        return false;
    }
}
