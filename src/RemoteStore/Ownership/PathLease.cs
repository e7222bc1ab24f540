namespace RemoteStore.Ownership;

/// <summary>A request for the turn of a path, for an operation on several; see <see cref="PathOwner.LeaseAsync"/>.</summary>
/// <param name="Holder">Who holds; any value but the empty one.</param>
/// <param name="Deadline">When the hold ends at the latest, and until when to wait for it.</param>
internal sealed record PathLease(Guid Holder, DateTimeOffset Deadline)
{
    /// <summary>The version that must be there; decided by the owner when the backend cannot. Null for any.</summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Whether the operation may take the file away, default true. An owner remembers when that was last so, and then cannot determine that
    /// a lost call has never made a file which is not there.
    /// </summary>
    public bool MayRemove { get; init; } = true;

    /// <summary>
    /// Refuses the hold, as an outcome that is unknown, when nothing exists at the path and this owner may have removed it at this time or
    /// later. For the repeat of a lost call that would make the file: to retry it would undo the removal. Null to ask for nothing.
    /// </summary>
    public DateTimeOffset? UnlessRemovedSince { get; init; }
}
