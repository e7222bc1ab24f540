namespace RemoteStore;

/// <summary>
/// Valid ETags: the opaque tag of RFC 9110, section 8.8.3, in ASCII and without its quotes, so that any header can carry it.
/// </summary>
internal static class ETags
{
    /// <summary>More than any service uses, and less than the limit of a header.</summary>
    internal const int MaxLength = 1024;

    internal static bool IsValid(string etag) =>
        etag.Length is > 0 and <= MaxLength
        && etag.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
        && !etag.Contains('"', StringComparison.Ordinal);
}
