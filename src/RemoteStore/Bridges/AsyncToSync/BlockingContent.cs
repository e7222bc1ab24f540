using System.Runtime.ExceptionServices;

namespace RemoteStore;

/// <summary>
/// A sync caller's content as the async backend reads it: every read runs on the caller's own thread, which waits for the write. One read
/// at a time, without read-ahead.
/// </summary>
internal sealed class BlockingContent : Stream
{
    private readonly Lock _lock = new();
    private readonly Stream _content;
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly long _length;
    private TaskCompletionSource _wanted = new();
    private Pull? _pull;
    private long _position;
    private bool _moved;
    private bool _ended;

    internal BlockingContent(Stream content)
    {
        _content = content;
        CanSeek = content.CanSeek;
        (_position, _length) = CanSeek ? (content.Position, content.Length) : (0, 0);
    }

    public override bool CanRead => true;

    public override bool CanSeek { get; }

    public override bool CanWrite => false;

    public override long Length => CanSeek ? _length : throw new NotSupportedException("The content cannot seek.");

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>The exception that the content threw, if any.</summary>
    internal ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Completes when the backend requests a read.</summary>
    internal Task Wanted
    {
        get
        {
            lock (_lock)
                return _wanted.Task;
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Environment.CurrentManagedThreadId == _thread)
            return new ValueTask<int>(ReadHere(buffer));
        var pull = new Pull(buffer, cancellationToken);
        TaskCompletionSource wanted;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (_pull is { IsWaiting: true })
                throw new InvalidOperationException("The content is already being read. Only one read at a time is allowed.");
            _pull = pull;
            wanted = _wanted;
        }

        wanted.TrySetResult();
        return new ValueTask<int>(pull.Task);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        Environment.CurrentManagedThreadId == _thread
            ? ReadHere(buffer.AsMemory(offset, count))
            : throw new NotSupportedException("This content is asynchronous: use ReadAsync.");

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target =
            offset
            + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => _position,
                _ => Length,
            };
        if (!CanSeek)
            throw new NotSupportedException("The content cannot seek.");
        _moved |= target != _position;
        return _position = target;
    }

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException("The content is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The content is read-only.");

    /// <summary>
    /// Performs the pending read of the backend, if any. Continuations that wait for the bytes run here, on the caller's thread.
    /// </summary>
    internal void Serve()
    {
        Pull? pull;
        lock (_lock)
        {
            if ((pull = _pull) is null)
                return;
            _pull = null;
            _wanted = new TaskCompletionSource();
        }

        if (pull.TryClaim())
            Serve(pull);
    }

    protected override void Dispose(bool disposing)
    {
        Pull? pull;
        lock (_lock)
        {
            _ended = true;
            (pull, _pull) = (_pull, null);
        }

        pull?.Cancel();
        base.Dispose(disposing);
    }

    private void Serve(Pull pull)
    {
        int count;
        try
        {
            count = ReadHere(pull.Buffer);
        }
        catch (Exception e)
        {
            pull.End(e);
            return;
        }

        pull.End(count);
    }

    private int ReadHere(Memory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        using var context = CallerContext.Enter(_context);
        try
        {
            if (_moved)
                _content.Position = _position;
            _moved = false;
            var count = _content.Read(buffer.Span);
            _position += count;
            return count;
        }
        catch (Exception e)
        {
            Failure = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }

    /// <summary>A pending read of the backend: performed by the caller, or cancelled before the caller gets to it.</summary>
    private sealed class Pull : TaskCompletionSource<int>
    {
        private readonly CancellationToken _token;
        private readonly CancellationTokenRegistration _registration;
        private int _claimed;

        internal Pull(Memory<byte> buffer, CancellationToken token)
        {
            (Buffer, _token) = (buffer, token);
            _registration = token.UnsafeRegister(static p => ((Pull)p!).Cancel(), this);
        }

        internal Memory<byte> Buffer { get; }

        internal bool IsWaiting => Volatile.Read(ref _claimed) == 0;

        internal bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

        internal void Cancel()
        {
            if (TryClaim())
                TrySetCanceled(_token);
        }

        internal void End(int count)
        {
            _registration.Unregister();
            TrySetResult(count);
        }

        internal void End(Exception exception)
        {
            _registration.Unregister();
            TrySetException(exception);
        }
    }
}
