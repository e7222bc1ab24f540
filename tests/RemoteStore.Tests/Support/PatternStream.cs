namespace RemoteStore.Tests;

/// <summary>
/// A forward-only stream of a given length whose bytes follow a pattern; it counts what is read and can do something first.
/// </summary>
internal sealed class PatternStream(long length, bool asynchronous = false) : Stream
{
    private long _position;

    internal long BytesRead => _position;

    internal int LargestRead { get; private set; }

    internal HashSet<int> Threads { get; } = [];

    internal Action<long> BeforeRead { get; set; } = static _ => { };

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal static byte ByteAt(long position) => (byte)(position * 31 >> 3);

    internal static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => ByteAt(i))];

    public override int Read(byte[] buffer, int offset, int count) =>
        asynchronous ? throw new NotSupportedException("asynchronous only") : ReadNow(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!asynchronous)
            throw new NotSupportedException("synchronous only");
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return ReadNow(buffer.Span);
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadNow(Span<byte> buffer)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        BeforeRead(_position);
        LargestRead = Math.Max(LargestRead, buffer.Length);
        var count = (int)Math.Min(buffer.Length, length - _position);
        for (var i = 0; i < count; i++)
            buffer[i] = ByteAt(_position + i);
        _position += count;
        return count;
    }
}
