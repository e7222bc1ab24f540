namespace RemoteStore;

/// <summary>The common base of the two atomic writers: write-only, not seekable. The position is the number of bytes written.</summary>
public abstract class WriterStream : Stream
{
    /// <summary>False.</summary>
    public override bool CanRead => false;

    /// <summary>False.</summary>
    public override bool CanSeek => false;

    /// <summary>True.</summary>
    public override bool CanWrite => true;

    /// <summary>
    /// Upper bound, in bytes, of the writer's own buffering (blocks or parts on their way to a service), in addition to the bytes of the
    /// current call. Default 0: unbuffered.
    /// </summary>
    public virtual long MaxBufferedBytes => 0;

    /// <summary>The number of bytes written.</summary>
    public override long Length => Position;

    /// <summary>Not supported: the stream is write-only.</summary>
    /// <param name="buffer">Ignored.</param>
    /// <param name="offset">Ignored.</param>
    /// <param name="count">Ignored.</param>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is write-only.");

    /// <summary>Not supported.</summary>
    /// <param name="offset">Ignored.</param>
    /// <param name="origin">Ignored.</param>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream cannot seek.");

    /// <summary>Not supported.</summary>
    /// <param name="value">Ignored.</param>
    public override void SetLength(long value) => throw new NotSupportedException("The stream cannot seek.");

    /// <summary>Does nothing: only a commit publishes.</summary>
    public override void Flush() { }
}
