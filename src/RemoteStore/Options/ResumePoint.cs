namespace RemoteStore;

/// <summary>Where to resume an atomic write whose writer was lost.</summary>
/// <param name="Token">The lost writer's <see cref="AsyncAtomicWriter.ResumeToken"/>; resuming consumes it.</param>
/// <param name="Length">The number of bytes to keep, from the first one; the rest is dropped.</param>
public sealed record ResumePoint(string Token, long Length)
{
    /// <summary>
    /// Receives the kept bytes in order, so that the caller can verify them: some of them may have been lost in a crash of the machine that
    /// wrote them. Null, the default, for no callback. Called before the resuming call completes, on any thread.
    /// </summary>
    public Action<ReadOnlyMemory<byte>>? Kept { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Token);
        ArgumentOutOfRangeException.ThrowIfNegative(Length);
    }
}
