namespace RemoteStore.Conformance;

/// <summary>
/// Content that cannot seek and has no length, of patterned bytes, read in odd pieces. It counts what was read and can fail or wait at a
/// given byte, so that a test sees whether and how far it was consumed.
/// </summary>
/// <param name="size">How many bytes there are.</param>
public sealed class TestContent(long size) : Stream
{
    private long _position;

    /// <summary>The bytes handed out so far.</summary>
    public long Consumed => _position;

    /// <summary>Where to fail; null for nowhere.</summary>
    public long? FailAt { get; init; }

    /// <summary>What to fail with.</summary>
    public Exception Failure { get; init; } = new InvalidDataException("The source failed.");

    /// <summary>Called when the failing byte is reached, instead of failing: may cancel a token.</summary>
    public Action? OnReached { get; init; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The byte at an offset.</summary>
    /// <param name="offset">The offset.</param>
    public static byte At(long offset) => (byte)((offset * 31) ^ (offset >> 8) ^ (offset >> 16));

    /// <summary>The bytes as an array.</summary>
    /// <param name="size">How many.</param>
    public static byte[] Array(int size) => [.. Enumerable.Range(0, size).Select(i => At(i))];

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var end = FailAt is { } at && at > _position ? Math.Min(size, at) : size;
        if (FailAt == _position)
            Reached();
        var count = (int)Math.Min(Math.Min(buffer.Length, 61_441), end - _position);
        for (var i = 0; i < count; i++)
            buffer[i] = At(_position + i);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Reached()
    {
        if (OnReached is null)
            throw Failure;
        OnReached();
    }
}
