using System.Text;

namespace RemoteStore.Cluster.Tests;

/// <summary>The lines before the body of a request or an answer.</summary>
internal static class HttpHead
{
    /// <summary>Reads them with their empty line, and nothing of what follows.</summary>
    internal static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var (text, next) = (new StringBuilder(), new byte[1]);
        while (text.Length < 4 || text.ToString(text.Length - 4, 4) != "\r\n\r\n")
        {
            await stream.ReadExactlyAsync(next, cancellationToken);
            text.Append((char)next[0]);
        }

        return text.ToString();
    }
}
