namespace RemoteStore.Ownership;

/// <summary>A request for a lease of a path, for an operation on several paths; see <see cref="PathOwner.LeaseAsync"/>.</summary>
/// <param name="Holder">The holder; must not be the empty id.</param>
/// <param name="Deadline">When the lease expires at the latest, and how long to wait for it.</param>
internal sealed record PathLease(Guid Holder, DateTimeOffset Deadline)
{
    /// <summary>The version that must exist; decided by the owner when the backend cannot. Null for any.</summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Whether the operation may remove the file, default true. An owner records the time of the last such lease: it then cannot decide
    /// that a lost call never created a file which does not exist.
    /// </summary>
    public bool MayRemove { get; init; } = true;

    /// <summary>
    /// Rejects the lease, as an unknown outcome, when no file exists and this owner may have removed one at this time or later. For the
    /// retry of a lost call that creates the file: creating it again would undo the removal. Null for no check.
    /// </summary>
    public DateTimeOffset? UnlessRemovedSince { get; init; }
}
