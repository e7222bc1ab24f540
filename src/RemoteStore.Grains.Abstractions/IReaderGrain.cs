namespace RemoteStore.Grains;

/// <summary>
/// Serves reads of a hot path at the silo that the caller is connected to. Its key is <see cref="GrainKeys.Reader"/>.
/// Every answer was confirmed by the owner of the path after the call arrived, so it is as current as the owner's.
/// </summary>
[Alias("remotestore.reader")]
public interface IReaderGrain : IGrainWithStringKey
{
    /// <summary>Reads the file if the requested bytes fit into one reply.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("read")]
    ValueTask<ReadReply> Read(ReadRequest request, CancellationToken cancellationToken);
}
