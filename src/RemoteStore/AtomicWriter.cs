namespace RemoteStore;

/// <summary>
/// An atomic write in progress, opened by <c>OpenAtomic</c>. Write into it, then <see cref="Commit"/>; disposing it without a commit
/// leaves the target untouched and removes what was staged. Not for use by two threads at once.
/// </summary>
public abstract class AtomicWriter : WriterStream
{
    /// <summary>
    /// With this token <see cref="Backend.ResumeAtomic"/> continues if this writer is lost; null where the backend cannot. A secret of
    /// anyone who writes: it opens the staged bytes.
    /// </summary>
    public virtual string? ResumeToken => null;

    /// <summary>Publishes what was written. The conditions of the write are decided here, together with the commit.</summary>
    /// <returns>What the write did.</returns>
    /// <exception cref="InvalidOperationException">The writer was committed, detached or disposed before.</exception>
    public abstract WriteResult Commit();

    /// <summary>
    /// Finishes the bytes but publishes nothing: the returned token can be given to <see cref="Backend.CommitStaged"/>, or to
    /// <see cref="Backend.AbortStaged"/>, later and by somebody else. Needs <see cref="Capability.Staging"/>.
    /// </summary>
    /// <returns>The token.</returns>
    public abstract string Detach();
}
