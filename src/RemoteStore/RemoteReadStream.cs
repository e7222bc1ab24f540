using System.Buffers;

namespace RemoteStore;

/// <summary>
/// The bytes of one version of a file, positioned at the first one. The caller disposes the stream. Not for use by two threads at once.
/// </summary>
/// <remarks>
/// A read that fails throws; it never ends early. All failures of the backend are <see cref="RemoteStoreException"/>s. Seeking is possible
/// only where <see cref="Stream.CanSeek"/> is true.
/// </remarks>
public abstract class RemoteReadStream : Stream
{
    /// <summary>The file that is read. Its size is that of the whole file, also when only a range is read.</summary>
    public abstract RemoteFileInfo Info { get; }

    /// <summary>True.</summary>
    public override bool CanRead => true;

    /// <summary>False.</summary>
    public override bool CanWrite => false;

    /// <summary>Not supported: the stream is read-only.</summary>
    /// <param name="value">Ignored.</param>
    public override void SetLength(long value) => throw new NotSupportedException("The stream is read-only.");

    /// <summary>Not supported: the stream is read-only.</summary>
    /// <param name="buffer">Ignored.</param>
    /// <param name="offset">Ignored.</param>
    /// <param name="count">Ignored.</param>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is read-only.");

    /// <summary>Nothing to flush.</summary>
    public override void Flush() { }

    /// <summary>
    /// Reads exactly the next bytes, or fails. The array comes from the shared pool and belongs to the caller from now on. A stream that
    /// already reads into an array of its own hands that one over, without a copy.
    /// </summary>
    internal virtual async ValueTask<byte[]> RentExactlyAsync(int count, CancellationToken cancellationToken)
    {
        // Not returned to the pool when the read fails: a cancelled backend may still be writing into it.
        var rented = ArrayPool<byte>.Shared.Rent(count);
        await this.ReadExactlyOrThrowAsync(rented.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        return rented;
    }
}
