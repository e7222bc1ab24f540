namespace RemoteStore;

/// <summary>
/// An atomic write in progress, opened by <c>OpenAtomicAsync</c>. Write into it (asynchronously), then <see cref="CommitAsync"/>;
/// disposing it without a commit leaves the target untouched and removes what was staged. One call at a time.
/// </summary>
public abstract class AsyncAtomicWriter : WriterStream
{
    /// <summary>
    /// The token with which <see cref="AsyncBackend.ResumeAtomicAsync"/> resumes the write if this writer is lost; null where the backend
    /// cannot resume. Keep it secret: it gives access to the staged bytes.
    /// </summary>
    public virtual string? ResumeToken => null;

    /// <summary>Publishes the written bytes. The conditions of the write are decided here, together with the commit.</summary>
    /// <param name="cancellationToken">Cancels the wait; whether the commit happened is then unknown.</param>
    /// <returns>The result of the write.</returns>
    /// <exception cref="InvalidOperationException">The writer was committed, detached or disposed before.</exception>
    public abstract ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Finishes the bytes but publishes nothing. The returned token can be passed to <see cref="AsyncBackend.CommitStagedAsync"/> or
    /// <see cref="AsyncBackend.AbortStagedAsync"/> later, also by another caller. Needs <see cref="Capability.Staging"/>.
    /// </summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The token.</returns>
    public abstract ValueTask<string> DetachAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes bytes.</summary>
    /// <param name="buffer">The bytes; they may change once the call has completed.</param>
    /// <param name="cancellationToken">Cancels the write; the writer can then only be disposed.</param>
    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public sealed override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Not supported: use <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    /// <param name="buffer">Ignored.</param>
    /// <param name="offset">Ignored.</param>
    /// <param name="count">Ignored.</param>
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This writer is asynchronous: use WriteAsync, or Store.OpenAtomic.");

    /// <summary>Aborts the write unless it was committed or detached.</summary>
    public abstract override ValueTask DisposeAsync();
}
