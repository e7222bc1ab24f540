namespace RemoteStore.Tests;

/// <summary>A read stream over another that counts its disposals and can be held up.</summary>
internal sealed class ProbeStream(RemoteReadStream inner) : RemoteReadStream
{
    private int _reading;

    internal Action BeforeRead { get; set; } = static () => { };

    internal Func<CancellationToken, Task> BeforeReadAsync { get; set; } = static _ => Task.CompletedTask;

    internal Action BeforeDispose { get; set; } = static () => { };

    internal int Disposals { get; private set; }

    internal bool DisposedWhileReading { get; private set; }

    internal int Reads { get; private set; }

    internal TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override RemoteFileInfo Info => inner.Info;

    public override bool CanSeek => inner.CanSeek;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        Interlocked.Increment(ref _reading);
        Reads++;
        try
        {
            BeforeRead();
            return inner.Read(buffer, offset, count);
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        await BeforeReadAsync(cancellationToken).ConfigureAwait(false);
        return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        BeforeDispose();
        DisposedWhileReading |= Volatile.Read(ref _reading) > 0;
        inner.Dispose();
        Disposed.TrySetResult();
    }
}
