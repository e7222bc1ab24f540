using RemoteStore.Drivers;

namespace RemoteStore.Conformance.Tests;

/// <summary>Where a fault can be put: each call that the kernel makes to a driver.</summary>
internal enum FaultPoint
{
    Stat,
    Open,
    ReadStream,
    CloseStream,
    OpenStaged,
    Append,
    Finish,
    Commit,
    Abort,
    Put,
    Delete,
    DeleteFolder,
    List,
    Move,
    Copy,
    Probe,
}

/// <summary>A failure as a native library would throw it; the driver's map turns it into the kind it represents.</summary>
internal sealed class NativeFault(RemoteErrorKind kind) : Exception("native words: AccountKey=hunter2")
{
    internal RemoteErrorKind Kind => kind;
}

/// <summary>
/// A driver around another that fails at the n-th call of a point, and counts what the kernel opened and did not close. Small files are
/// staged unless the fault is meant for the short way.
/// </summary>
internal sealed class FaultDriver(StorageDriver inner) : StorageDriver
{
    private readonly Dictionary<FaultPoint, int> _calls = [];
    private int _openStreams;
    private int _openStaged;

    internal Func<FaultPoint, int, Exception?> Fault { get; set; } = (_, _) => null;

    internal bool OffersPut { get; init; }

    internal CapabilitySet? Narrowed { get; init; }

    /// <summary>The entries of a page at most, whatever was asked for: a service may give fewer.</summary>
    internal int PageLimit { get; set; } = 10_000;

    /// <summary>A native end of a stream after so many bytes, too early.</summary>
    internal int? CutReadsAt { get; set; }

    internal int OpenStreams => Volatile.Read(ref _openStreams);

    internal int OpenStaged => Volatile.Read(ref _openStaged);

    internal int Calls => _calls.Values.Sum();

    public override string Kind => inner.Kind;

    public override string Name => inner.Name;

    public override CapabilitySet Capabilities => Narrowed ?? inner.Capabilities;

    public override bool IsFlat => inner.IsFlat;

    public override bool CloseIsTerminal => inner.CloseIsTerminal;

    internal void Throw(FaultPoint point, int call, Func<Exception> failure)
    {
        _calls.Clear();
        Fault = (p, n) => p == point && n == call ? failure() : null;
    }

    public override ValueTask<DriverEntry?> StatAsync(string key, CancellationToken cancellationToken)
    {
        Hit(FaultPoint.Stat);
        return inner.StatAsync(key, cancellationToken);
    }

    public override async ValueTask<DriverRead> OpenReadAsync(string key, ReadOptions options, CancellationToken cancellationToken)
    {
        Hit(FaultPoint.Open);
        var read = await inner.OpenReadAsync(key, options, cancellationToken);
        Interlocked.Increment(ref _openStreams);
        return read with { Stream = new FaultStream(this, read.Stream) };
    }

    public override async ValueTask<StagedWrite> OpenStagedAsync(
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    )
    {
        Hit(FaultPoint.OpenStaged);
        var staged = await inner.OpenStagedAsync(key, options, sizeHint, cancellationToken);
        Interlocked.Increment(ref _openStaged);
        return new FaultStaged(this, staged);
    }

    public override async ValueTask<RemoteFileInfo> CommitStagedAsync(
        string key,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        Hit(FaultPoint.Commit);
        var info = await inner.CommitStagedAsync(key, token, options, cancellationToken);
        Interlocked.Decrement(ref _openStaged);
        return info;
    }

    public override async ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        Hit(FaultPoint.Abort);
        await inner.AbortStagedAsync(key, token, cancellationToken);
        Interlocked.Decrement(ref _openStaged);
    }

    public override ValueTask<RemoteFileInfo?> PutAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        if (!OffersPut)
            return new((RemoteFileInfo?)null);
        Hit(FaultPoint.Put);
        return inner.PutAsync(key, bytes, options, cancellationToken);
    }

    public override ValueTask DeleteAsync(string key, string? ifMatch, CancellationToken cancellationToken)
    {
        Hit(FaultPoint.Delete);
        return inner.DeleteAsync(key, ifMatch, cancellationToken);
    }

    public override ValueTask DeleteEmptyFolderAsync(string key, CancellationToken cancellationToken)
    {
        Hit(FaultPoint.DeleteFolder);
        return inner.DeleteEmptyFolderAsync(key, cancellationToken);
    }

    public override ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        Hit(FaultPoint.List);
        return inner.ListAsync(folder, recursive, cursor, Math.Min(limit, PageLimit), cancellationToken);
    }

    public override ValueTask MoveAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        Hit(FaultPoint.Move);
        return inner.MoveAsync(source, destination, options, cancellationToken);
    }

    public override ValueTask CopyAsync(string source, string destination, MoveCopyOptions options, CancellationToken cancellationToken)
    {
        Hit(FaultPoint.Copy);
        return inner.CopyAsync(source, destination, options, cancellationToken);
    }

    public override ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        Hit(FaultPoint.Probe);
        return inner.ProbeAsync(cancellationToken);
    }

    public override RemoteStoreException? Classify(Exception exception, DriverOperation operation, string key) =>
        exception is NativeFault fault
            ? RemoteStoreException.Create(fault.Kind, "The storage failed.", inner: fault)
            : inner.Classify(exception, operation, key);

    public override string NativePath(string key) => inner.NativePath(key);

    public override string ToKey(string nativePath) => inner.ToKey(nativePath);

    public override ValueTask CloseAsync(CancellationToken cancellationToken) => inner.CloseAsync(cancellationToken);

    private void Hit(FaultPoint point)
    {
        Exception? failure;
        lock (_calls)
        {
            _calls[point] = _calls.GetValueOrDefault(point) + 1;
            failure = Fault(point, _calls[point]);
        }

        if (failure is not null)
            throw failure;
    }

    private sealed class FaultStaged(FaultDriver driver, StagedWrite staged) : StagedWrite
    {
        public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            driver.Hit(FaultPoint.Append);
            return staged.AppendAsync(bytes, cancellationToken);
        }

        public override ValueTask<string> FinishAsync(CancellationToken cancellationToken)
        {
            driver.Hit(FaultPoint.Finish);
            return staged.FinishAsync(cancellationToken);
        }

        public override ValueTask AbandonAsync()
        {
            Interlocked.Decrement(ref driver._openStaged);
            return staged.AbandonAsync();
        }
    }

    private sealed class FaultStream(FaultDriver driver, Stream stream) : Stream
    {
        private int _given;
        private int _closed;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            driver.Hit(FaultPoint.ReadStream);
            var count = stream.Read(buffer[..Math.Min(Math.Min(buffer.Length, 100_000), (driver.CutReadsAt ?? int.MaxValue) - _given)]);
            _given += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromResult(Read(buffer.AsSpan(offset, count)));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                Interlocked.Decrement(ref driver._openStreams);
                stream.Dispose();
                driver.Hit(FaultPoint.CloseStream);
            }

            base.Dispose(disposing);
        }
    }
}
