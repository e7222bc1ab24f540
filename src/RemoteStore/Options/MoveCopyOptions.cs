using RemoteStore.Ownership;

namespace RemoteStore;

/// <summary>How to move or copy a file.</summary>
public sealed record MoveCopyOptions
{
    /// <summary>Fail when the destination exists.</summary>
    public static MoveCopyOptions Default { get; } = new();

    /// <summary>Replace the destination.</summary>
    public static MoveCopyOptions Replace { get; } = new() { Overwrite = true };

    /// <summary>Whether an existing destination may be replaced; default false: <see cref="AlreadyExistsException"/>.</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// Move or copy only this version of the source (an ETag, or <c>*</c>), else <see cref="PreconditionFailedException"/>. Needs
    /// <see cref="Capability.Conditional"/>.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>The operation to record with a copy, where the backend can; set by the path's owner.</summary>
    internal Guid? OperationId { get; init; }

    /// <summary>
    /// The only version that may be replaced, else <see cref="PreconditionFailedException"/> with the destination's path; null for any. Set
    /// by the paths' owners (<see cref="PathOwner.FenceAsync"/>) where the backend declares <see cref="Capability.Conditional"/>. The
    /// backend then decides it together with the commit.
    /// </summary>
    public string? DestinationIfMatch { get; internal init; }

    /// <summary>The conditions at the destination, as for a write to it.</summary>
    internal WriteOptions AtDestination =>
        new()
        {
            Overwrite = Overwrite && DestinationIfMatch is null,
            IfMatch = DestinationIfMatch,
            OperationId = OperationId,
        };
}
