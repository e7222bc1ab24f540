namespace RemoteStore;

/// <summary>
/// An atomic write in progress, opened by <c>OpenAtomic</c>. Write into it, then <see cref="Commit"/>; disposing it without a commit
/// leaves the target untouched and removes what was staged. Not for use by two threads at once.
/// </summary>
public abstract class AtomicWriter : WriterStream
{
    /// <summary>
    /// The token with which <see cref="Backend.ResumeAtomic"/> resumes the write if this writer is lost; null where the backend cannot
    /// resume. Keep it secret: it gives access to the staged bytes.
    /// </summary>
    public virtual string? ResumeToken => null;

    /// <summary>Publishes the written bytes. The conditions of the write are decided here, together with the commit.</summary>
    /// <returns>The result of the write.</returns>
    /// <exception cref="InvalidOperationException">The writer was committed, detached or disposed before.</exception>
    public abstract WriteResult Commit();

    /// <summary>
    /// Finishes the bytes but publishes nothing. The returned token can be passed to <see cref="Backend.CommitStaged"/> or
    /// <see cref="Backend.AbortStaged"/> later, also by another caller. Needs <see cref="Capability.Staging"/>.
    /// </summary>
    /// <returns>The token.</returns>
    public abstract string Detach();
}
