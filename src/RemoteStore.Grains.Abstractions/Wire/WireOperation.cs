using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>The logical change that a call is an attempt of, and its deadlines.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.operation")]
public sealed record WireOperation
{
    /// <summary>Created once by the caller; the same for all attempts.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>When the first attempt was made, by the caller's clock.</summary>
    [Id(1)]
    public DateTimeOffset Began { get; init; }

    /// <summary>The time after which this attempt must not be committed.</summary>
    [Id(2)]
    public DateTimeOffset Deadline { get; init; }

    /// <summary>The time after which the caller stops retrying.</summary>
    [Id(3)]
    public DateTimeOffset End { get; init; }

    /// <summary>Whether an earlier attempt may have been executed.</summary>
    [Id(4)]
    public bool IsRetry { get; init; }

    /// <summary>Whether an earlier attempt may still be executing at another owner.</summary>
    [Id(5)]
    public bool EarlierMayRun { get; init; }

    /// <summary>Converts to the operation of owners; null for none.</summary>
    /// <param name="operation">The operation of the call; null from builds that do not send it.</param>
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
