namespace RemoteStore;

/// <summary>
/// A pattern over whole paths, anchored at both ends and compared ordinally: <c>*</c> and <c>?</c> stay within a segment, <c>[abc]</c>,
/// <c>[a-z]</c> and <c>[!abc]</c> match one character, a segment <c>**</c> matches any number of segments (at the end: at least one).
/// </summary>
/// <remarks>
/// A character is a Unicode code point. A pattern has at most 1,024 characters. Matching a path takes at most pattern length x path length
/// steps, whatever the pattern.
/// </remarks>
public sealed class GlobPattern
{
    private const string AnyDepth = "**";

    private readonly string[] _segments;

    // Null represents "**". A last "**" matches at least one segment: "a/**" is matched as "a/**/*".
    private readonly NamePattern?[] _matchers;

    private GlobPattern(string[] segments)
    {
        _segments = segments;
        var matchers = segments.Select(s => s == AnyDepth ? null : NamePattern.Parse(s));
        _matchers = [.. segments[^1] == AnyDepth ? matchers.Append(NamePattern.Any) : matchers];
    }

    /// <summary>The longest leading folder without a wildcard; empty for the root.</summary>
    internal string LiteralPrefix => string.Join('/', _segments[..^1].TakeWhile(s => !NamePattern.HasWildcard(s)));

    /// <summary>Parses a pattern.</summary>
    /// <param name="pattern">The pattern, relative to the root of the store or backend.</param>
    /// <exception cref="InvalidPathException">
    /// The pattern is empty, absolute, longer than 1,024 characters, or has an empty, <c>.</c> or <c>..</c> segment, a backslash or a
    /// control character.
    /// </exception>
    public static GlobPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > NamePattern.MaxLength)
            throw new InvalidPathException(
                $"A glob must have at most {NamePattern.MaxLength:N0} characters.",
                PathRules.Printable(pattern)
            );
        var segments = pattern.Split('/');
        if (segments.Any(s => s is "" or "." or "..") || pattern.Any(char.IsControl) || pattern.Contains('\\', StringComparison.Ordinal))
        {
            throw new InvalidPathException(
                "A glob must be relative, without empty, '.' or '..' segments, backslashes and control characters.",
                PathRules.Printable(pattern)
            );
        }

        return new GlobPattern(segments);
    }

    /// <summary>Whether a path matches.</summary>
    /// <param name="path">The canonical path.</param>
    public bool IsMatch(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Matches(path.Split('/'));
    }

    internal IAsyncEnumerable<RemoteFileInfo> EnumerateAsync(AsyncBackend backend, CancellationToken cancellationToken) =>
        backend.ListFilesAsync(LiteralPrefix, ListOptions, cancellationToken).MatchingAsync(this, CancellationToken.None);

    internal IEnumerable<RemoteFileInfo> Enumerate(Backend backend) =>
        backend.ListFiles(LiteralPrefix, ListOptions).Where(f => IsMatch(f.Path));

    /// <summary>How the folder <see cref="LiteralPrefix"/> must be listed to see every match.</summary>
    internal ListOptions ListOptions
    {
        get
        {
            var prefixLength = _segments[..^1].TakeWhile(s => !NamePattern.HasWildcard(s)).Count();
            var depth = _segments.Length - prefixLength - 1;
            return new ListOptions { Recursive = true, MaxDepth = _segments.Contains(AnyDepth) ? null : depth };
        }
    }

    // Only the last "**" is ever extended: whatever an earlier one could match, the last one can match as well.
    private bool Matches(string[] path)
    {
        var (matcher, segment) = (0, 0);
        var (anyDepth, anyDepthEnd) = (-1, 0);
        while (segment < path.Length)
        {
            if (matcher < _matchers.Length && _matchers[matcher] is null)
                (anyDepth, anyDepthEnd) = (matcher++, segment);
            else if (matcher < _matchers.Length && _matchers[matcher]!.Matches(path[segment]))
                (matcher, segment) = (matcher + 1, segment + 1);
            else if (anyDepth >= 0)
                (matcher, segment) = (anyDepth + 1, ++anyDepthEnd);
            else
                return false;
        }

        return _matchers.AsSpan(matcher).IndexOfAnyExcept((NamePattern?)null) < 0;
    }
}
