namespace RemoteStore.Sftp;

/// <summary>Host keys given as text.</summary>
internal static class HostKeyLines
{
    /// <summary>Converts the keys to lines of a known_hosts file. A bare key is accepted for any server that is asked about.</summary>
    internal static List<string> Normalize(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#' && line.Contains(' ', StringComparison.Ordinal))
            .Select(line => IsKeyType(line[..line.IndexOf(' ', StringComparison.Ordinal)]) ? $"* {line}" : line)
            .ToList();

    private static bool IsKeyType(string word) =>
        word.StartsWith("ssh-", StringComparison.Ordinal)
        || word.StartsWith("ecdsa-", StringComparison.Ordinal)
        || word.StartsWith("sk-", StringComparison.Ordinal);
}
