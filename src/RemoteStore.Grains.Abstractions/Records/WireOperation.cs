using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>Which logical change a call is an attempt of, and until when.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.operation")]
public sealed record WireOperation
{
    /// <summary>Drawn once by the caller, the same over all attempts.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>When the first attempt was made, by the caller's clock.</summary>
    [Id(1)]
    public DateTimeOffset Began { get; init; }

    /// <summary>When this attempt must not be committed any longer.</summary>
    [Id(2)]
    public DateTimeOffset Deadline { get; init; }

    /// <summary>When the caller gives up for good.</summary>
    [Id(3)]
    public DateTimeOffset End { get; init; }

    /// <summary>Whether an earlier attempt may have been executed.</summary>
    [Id(4)]
    public bool IsRetry { get; init; }

    /// <summary>Whether an earlier attempt may still be executed, at an owner that is not this one.</summary>
    [Id(5)]
    public bool EarlierMayRun { get; init; }

    /// <summary>The operation as owners know it; null for none.</summary>
    /// <param name="operation">What the call said; null from builds that say nothing.</param>
    internal static PathOperation? ToOperation(WireOperation? operation) =>
        operation is null || operation.Id == Guid.Empty
            ? null
            : new PathOperation(operation.Id)
            {
                Began = operation.Began,
                Deadline = operation.Deadline,
                End = operation.End,
                IsRetry = operation.IsRetry,
                EarlierMayRun = operation.EarlierMayRun,
            };
}
