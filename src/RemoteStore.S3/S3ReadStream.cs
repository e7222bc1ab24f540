using Amazon.Runtime;
using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>
/// The body of an answer; disposing it gives the connection back, or drops it when bytes are left. Ends early never, but throws.
/// </summary>
/// <param name="response">The answer; disposed with this.</param>
/// <param name="timeout">The longest silence.</param>
internal sealed class S3ReadStream(GetObjectResponse response, TimeSpan timeout) : Stream
{
    private readonly Stream _body = response.ResponseStream;
    private readonly long _length = response.ContentLength;
    private long _position;
    private bool _isEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The stream cannot seek.");

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    public override int Read(byte[] buffer, int offset, int count) => _isEnded ? 0 : Counted(_body.Read(buffer, offset, count), count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isEnded)
            return 0;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(timeout);
        try
        {
            return Counted(await _body.ReadAsync(buffer, late.Token).ConfigureAwait(false), buffer.Length);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The bytes did not arrive in time.", e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("The stream is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is read-only.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            response.Dispose();
        base.Dispose(disposing);
    }

    private int Counted(int read, int wanted)
    {
        _position += read;
        if (_position == _length && read > 0)
            End();
        return read > 0 || wanted == 0 || _position >= _length
            ? read
            : throw new EndOfStreamException($"The body ended after {_position} of {_length} bytes.");
    }

    /// <summary>
    /// The SDK compares the bytes with the answer's checksum only now; anyone who got the last byte may not ask for more.
    /// </summary>
    private void End()
    {
        _isEnded = true;
        try
        {
            response.Dispose();
        }
        catch (AmazonClientException e) when (S3Errors.IsDamage(e))
        {
            throw new RemoteStoreException("The bytes that arrived are not those of the object.", inner: e) { IsTransient = true };
        }
    }
}
