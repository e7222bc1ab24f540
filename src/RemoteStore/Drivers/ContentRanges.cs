using System.Globalization;

namespace RemoteStore.Drivers;

/// <summary>Compares the range that an HTTP response declares (RFC 9110, section 14.4) with the requested range.</summary>
internal static class ContentRanges
{
    private const string Unit = "bytes ";

    /// <summary>The size of the whole file.</summary>
    /// <param name="asked">The range in the request; null for none.</param>
    /// <param name="contentRange">The header; null or empty for none.</param>
    /// <param name="contentLength">The bytes of the response.</param>
    /// <exception cref="MalformedResponseException">The response contains other bytes, or more or fewer.</exception>
    internal static long SizeOf(ByteRange? asked, string? contentRange, long contentLength)
    {
        var range = asked ?? default;
        if (string.IsNullOrEmpty(contentRange))
        {
            return range == default && contentLength >= 0
                ? contentLength
                : throw new MalformedResponseException("a range was requested, but the Content-Range header is missing");
        }

        var (first, last, size) = Parse(contentRange);
        if (contentLength == 0 && range.CountOf(size) == 0)
            return size;
        return
            first <= last
            && last < size
            && first == range.Offset
            && last - first + 1 == range.CountOf(size)
            && contentLength == range.CountOf(size)
            ? size
            : throw new MalformedResponseException("it contains other bytes than the requested range");
    }

    private static (long First, long Last, long Size) Parse(string header)
    {
        var dash = header.IndexOf('-', StringComparison.Ordinal);
        var slash = header.IndexOf('/', StringComparison.Ordinal);
        return
            header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)
            && dash > 0
            && slash > dash
            && TryParse(header.AsSpan(Unit.Length, dash - Unit.Length), out var first)
            && TryParse(header.AsSpan(dash + 1, slash - dash - 1), out var last)
            && TryParse(header.AsSpan(slash + 1), out var size)
            ? (first, last, size)
            : throw new MalformedResponseException("its Content-Range is not a valid byte range");
    }

    private static bool TryParse(ReadOnlySpan<char> digits, out long number) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
