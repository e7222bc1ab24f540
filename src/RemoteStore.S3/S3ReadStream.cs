using Amazon.Runtime;
using Amazon.S3.Model;

namespace RemoteStore.S3;

/// <summary>
/// The content of a response. Disposal returns the connection, or closes it when bytes remain. A premature end always throws.
/// </summary>
/// <param name="response">The response; disposed with this stream.</param>
/// <param name="timeout">The longest time without data.</param>
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
            throw new TimeoutException("The download stalled: no data received within RequestTimeout.", e);
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
            : throw new EndOfStreamException($"The content ended after {_position} of {_length} bytes.");
    }

    /// <summary>
    /// The SDK verifies the checksum of the response only at the end, and a caller that has the last byte may not read further.
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
            throw new RemoteStoreException("The received bytes do not match the checksum of the object. Read it again.", inner: e)
            {
                IsTransient = true,
            };
        }
    }
}
