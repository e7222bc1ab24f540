namespace RemoteStore.Grains;

/// <summary>
/// Reads of a path that many read, on the silo that the caller is connected to; its key is <see cref="GrainKeys.Reader"/>. It answers only
/// what the path's owner has confirmed since the call came, so it is as good as asking there.
/// </summary>
[Alias("remotestore.reader")]
public interface IReaderGrain : IGrainWithStringKey
{
    /// <summary>Reads the file if the bytes asked for fit into one reply.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [TypedErrors, Alias("read")]
    ValueTask<ReadReply> Read(ReadRequest request, CancellationToken cancellationToken);
}
