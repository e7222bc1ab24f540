namespace RemoteStore;

/// <summary>How to write. A condition that the backend cannot honour is rejected before any byte is transferred.</summary>
public sealed record WriteOptions
{
    /// <summary>The wildcard of <see cref="IfNoneMatch"/> and <see cref="IfMatch"/>: any version.</summary>
    public const string Any = "*";

    /// <summary>Create; fail when the file exists.</summary>
    public static WriteOptions Default { get; } = new();

    /// <summary>Create or replace.</summary>
    public static WriteOptions Replace { get; } = new() { Overwrite = true };

    /// <summary>Create only, decided together with the commit: needs <see cref="Capability.CreateOnly"/>.</summary>
    public static WriteOptions CreateOnly { get; } = new() { IfNoneMatch = Any };

    /// <summary>
    /// Whether an existing file may be replaced; default false: <see cref="AlreadyExistsException"/>. Ignored when <see cref="IfMatch"/> is
    /// set.
    /// </summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// Replace only this version (an ETag, or <c>*</c> for any existing one), else <see cref="PreconditionFailedException"/>; a missing
    /// file does not match. Needs <see cref="Capability.Conditional"/>. (RFC 9110, section 13.1.1.)
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Only <c>*</c>: write only if no file exists, else <see cref="AlreadyExistsException"/>. Needs
    /// <see cref="Capability.CreateOnly"/>. (RFC 9110, section 13.1.2.)
    /// </summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>
    /// The user's own key-value pairs, see <see cref="UserMetadata"/>; null or empty for none. Needs <see cref="Capability.UserMetadata"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// The media type to store (<c>type/subtype</c>, printable ASCII, at most 255 characters). Needs <see cref="Capability.ContentType"/>.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>The operation to record with the version, where the backend can; set by the path's owner.</summary>
    internal Guid? OperationId { get; init; }

    /// <summary>Replace only the version with this ETag.</summary>
    /// <param name="etag">The ETag of the version to replace.</param>
    public static WriteOptions Matching(string etag) => new() { IfMatch = etag };
}
