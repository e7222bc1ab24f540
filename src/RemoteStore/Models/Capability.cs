namespace RemoteStore;

/// <summary>The capabilities of a backend. Gates enable operations, argument gates enable options, qualities only describe.</summary>
[Flags]
public enum Capability
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Gate: read, ranged read, read bytes, read text, seekable read.</summary>
    Read = 1 << 0,

    /// <summary>Gate: write.</summary>
    Write = 1 << 1,

    /// <summary>Gate: write-atomic and the atomic writer. Never silently degraded to a plain write.</summary>
    AtomicWrite = 1 << 2,

    /// <summary>Gate: delete and delete-folder.</summary>
    Delete = 1 << 3,

    /// <summary>Gate: listings and glob.</summary>
    List = 1 << 4,

    /// <summary>Gate: file info, folder info.</summary>
    Metadata = 1 << 5,

    /// <summary>Gate: move.</summary>
    Move = 1 << 6,

    /// <summary>Gate: copy.</summary>
    Copy = 1 << 7,

    /// <summary>Argument gate: user metadata on a write. It survives move and copy.</summary>
    UserMetadata = 1 << 8,

    /// <summary>Argument gate: a content type on a write.</summary>
    ContentType = 1 << 9,

    /// <summary>
    /// Argument gate: <c>IfNoneMatch = "*"</c>, decided together with the commit: of concurrent creators exactly one wins.
    /// </summary>
    CreateOnly = 1 << 10,

    /// <summary>Argument gate: <c>IfMatch</c> on write, delete, move and copy, decided together with the commit.</summary>
    Conditional = 1 << 11,

    /// <summary>Gate: a finished but uncommitted atomic write can be committed later by its token, by another caller.</summary>
    Staging = 1 << 12,

    /// <summary>Quality: an observer of a move sees the file at exactly one of the two paths, never at both or neither.</summary>
    AtomicMove = 1 << 13,

    /// <summary>Quality: every stream of a read is seekable.</summary>
    SeekableRead = 1 << 14,

    /// <summary>Quality: <see cref="WriteResult.Source"/> is <see cref="WriteResultSource.Native"/>, with an ETag.</summary>
    NativeWriteResult = 1 << 15,

    /// <summary>
    /// Gate: an atomic write whose writer was lost can be resumed from any length, by its token, through another instance.
    /// </summary>
    ResumeStaging = 1 << 16,
}
