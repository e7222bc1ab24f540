using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>A request to lease a path for an operation on two paths.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.hold-request")]
public sealed record LeaseRequest
{
    /// <summary>The holder of the lease.</summary>
    [Id(0)]
    public Guid Holder { get; init; }

    /// <summary>When the lease expires at the latest, and how long to wait for it.</summary>
    [Id(1)]
    public DateTimeOffset Deadline { get; init; }

    /// <summary>The version that must exist; null for any.</summary>
    [Id(2)]
    public string? IfMatch { get; init; }

    /// <summary>Whether the operation keeps an existing file in place; see <see cref="PathLease.MayRemove"/>.</summary>
    [Id(3)]
    public bool Keeps { get; init; }

    /// <summary>See <see cref="PathLease.UnlessRemovedSince"/>.</summary>
    [Id(4)]
    public DateTimeOffset? UnlessRemovedSince { get; init; }

    /// <summary>The lease for the owner of the path.</summary>
    internal PathLease ToLease() =>
        new(Holder, Deadline)
        {
            IfMatch = IfMatch,
            MayRemove = !Keeps,
            UnlessRemovedSince = UnlessRemovedSince,
        };
}
