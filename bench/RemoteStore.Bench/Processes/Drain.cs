namespace RemoteStore.Bench;

/// <summary>Reads streams to their end.</summary>
internal static class Drain
{
    internal static async Task<long> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken = default)
    {
        long total = 0;
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            total += count;
        return total;
    }

    internal static long Read(Stream stream, byte[] buffer)
    {
        long total = 0;
        int count;
        while ((count = stream.Read(buffer)) > 0)
            total += count;
        return total;
    }
}
