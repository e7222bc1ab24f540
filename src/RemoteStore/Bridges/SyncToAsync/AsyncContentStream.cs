namespace RemoteStore;

/// <summary>
/// Asynchronous content as a sync backend reads it: each read waits for the content, on a thread of the pool. No read-ahead.
/// </summary>
internal sealed class AsyncContentStream(Stream content, BlockingPool pool, BlockingCall call, CancellationToken cancellationToken) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => content.CanSeek;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => content.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (call.IsAbandoned)
            throw new OperationCanceledException("The write was cancelled.", cancellationToken);
        var read = content.ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
        if (read.IsCompleted)
            return read.GetAwaiter().GetResult();
        var task = read.AsTask();
        if (pool.IsCurrent)
            pool.WaitFor(task);
        return task.GetAwaiter().GetResult();
    }

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException("The content is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The content is read-only.");
}

/// <summary>
/// A write of asynchronous content. It may wait for its caller, so it is never run by a thread that itself waits for content.
/// </summary>
internal sealed class ContentCall(
    Func<WriteContent, WriteResult> write,
    Stream content,
    BlockingPool pool,
    CancellationToken cancellationToken
) : BlockingCall<WriteResult>
{
    private protected override WriteResult Execute()
    {
        using var source = new AsyncContentStream(content, pool, this, cancellationToken);
        return write(source);
    }
}
