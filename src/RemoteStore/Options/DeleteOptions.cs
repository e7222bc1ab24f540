namespace RemoteStore;

/// <summary>How to delete a file.</summary>
public sealed record DeleteOptions
{
    /// <summary>Fail when the file is missing.</summary>
    public static DeleteOptions Default { get; } = new();

    /// <summary>
    /// Whether a missing file is ignored; default false: <see cref="NotFoundException"/>. A folder at the path is never ignored.
    /// </summary>
    public bool IgnoreMissing { get; init; }

    /// <summary>
    /// Delete only this version (an ETag, or <c>*</c>), else <see cref="PreconditionFailedException"/>. Needs
    /// <see cref="Capability.Conditional"/>.
    /// </summary>
    public string? IfMatch { get; init; }
}
