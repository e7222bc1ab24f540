namespace RemoteStore;

/// <summary>Where an atomic write whose writer was lost resumes.</summary>
/// <param name="Token">The lost writer's <see cref="AsyncAtomicWriter.ResumeToken"/>; it is used up.</param>
/// <param name="Length">How many of its bytes are kept, from the first; what follows them is dropped.</param>
public sealed record ResumePoint(string Token, long Length)
{
    /// <summary>
    /// Shown the bytes that are kept, in their order, so that the caller can verify them: a part of what was written may be lost with the
    /// machine that wrote it. Null, the default, keeps them unseen. Called before the resuming call completes, on any thread.
    /// </summary>
    public Action<ReadOnlyMemory<byte>>? Kept { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Token);
        ArgumentOutOfRangeException.ThrowIfNegative(Length);
    }
}
