namespace RemoteStore.Sftp;

/// <summary>The text of a private key. Some vaults replace its line breaks with spaces.</summary>
internal static class PemText
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";

    /// <summary>Restores the line breaks of the key; null when the text is not a private key.</summary>
    internal static string? Normalize(string text)
    {
        var trimmed = text.Trim();
        if (!trimmed.StartsWith(Begin, StringComparison.Ordinal))
            return null;
        var headEnd = trimmed.IndexOf(Dashes, Begin.Length - 1, StringComparison.Ordinal);
        var tail = trimmed.IndexOf(End, StringComparison.Ordinal);
        if (headEnd < 0 || tail < headEnd || !trimmed.EndsWith(Dashes, StringComparison.Ordinal))
            return null;
        var head = trimmed[..(headEnd + Dashes.Length)];
        if (!head.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return null;
        var body = trimmed[head.Length..tail];
        // A body with header fields (Proc-Type) keeps its lines; in others every space represents a line break.
        if (!body.Contains(':', StringComparison.Ordinal))
            body = string.Join('\n', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return body.Length == 0 ? null : $"{head}\n{body.Trim('\r', '\n')}\n{trimmed[tail..]}\n";
    }
}
