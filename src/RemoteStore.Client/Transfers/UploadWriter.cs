using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// Sends bytes in chunks, several of them in flight at once. The cluster stages them, and the owner of the path
/// publishes them. When the staging silo is lost, the upload resumes through another silo if the staged bytes survive.
/// Length and hash of all bytes are compared at the end.
/// </summary>
internal sealed class UploadWriter : AsyncAtomicWriter
{
    private readonly TransferClient _transfers;
    private readonly string _key;
    private readonly WriteOptions _options;
    private readonly Guid _operation;
    private readonly Queue<UploadChunk> _underWay = new();
    private readonly TransferHash _hash = new();
    private readonly CancellationTokenSource _closed;
    private readonly ResumeLimit _resumes;
    private UploadChannel _link;
    private byte[]? _chunk;
    private int _filled;
    private long _sent;
    private long _acknowledged;
    private ulong _acknowledgedHash;
    private State _state;

    private UploadWriter(TransferClient transfers, UploadChannel link, string key, WriteOptions options, Guid operation)
    {
        (_transfers, _link, _key, _options, _operation) = (transfers, link, key, options, operation);
        _closed = CancellationTokenSource.CreateLinkedTokenSource(transfers.Calls.Closed);
        _resumes = transfers.NewResumeLimit();
        _acknowledgedHash = _hash.Current;
    }

    private enum State
    {
        Open,
        Failed,
        Ended,
    }

    public override long Position
    {
        get => _sent + _filled;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    internal static async ValueTask<UploadWriter> OpenAsync(
        TransferClient transfers,
        string key,
        WriteOptions options,
        long? sizeHint,
        CancellationToken cancellationToken
    )
    {
        // Backends that record the operation of a version need it when the bytes are staged.
        var operation = Guid.NewGuid();
        var link = await UploadChannel
            .OpenAsync(transfers, key, Staged(options, operation), sizeHint, null, cancellationToken)
            .ConfigureAwait(false);
        return new UploadWriter(transfers, link, key, options, operation);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        cancellationToken.ThrowIfCancellationRequested();
        while (!buffer.IsEmpty)
        {
            var space = Space();
            var count = Math.Min(space.Length, buffer.Length);
            buffer[..count].CopyTo(space);
            buffer = buffer[count..];
            await AddAsync(count, cancellationToken).ConfigureAwait(false);
        }

        _state = State.Open;
    }

    public override async ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken = default)
    {
        var token = await FinishAsync(keep: false, cancellationToken).ConfigureAwait(false);
        var committed = false;
        try
        {
            var result = await _transfers
                .Calls.ChangeAsync(
                    _key,
                    (token, _options),
                    static (p, a, o, t) => p.CommitUpload(a.token, WireWriteOptions.From(a._options, o), t),
                    cancellationToken,
                    _operation
                )
                .ConfigureAwait(false);
            committed = true;
            return result.ToResult(_key);
        }
        finally
        {
            _state = State.Ended;
            await _link.CloseAsync(keep: committed).ConfigureAwait(false);
        }
    }

    public override async ValueTask<string> DetachAsync(CancellationToken cancellationToken = default)
    {
        var token = await FinishAsync(keep: true, cancellationToken).ConfigureAwait(false);
        _state = State.Ended;
        await _link.CloseAsync(keep: true).ConfigureAwait(false);
        return token;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_state != State.Ended)
        {
            _state = State.Ended;
            await _closed.CancelAsync().ConfigureAwait(false);
            await _link.CloseAsync(keep: false).ConfigureAwait(false);
        }

        _closed.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads the content directly into the chunks.</summary>
    internal async ValueTask FillAsync(ContentSource source, CancellationToken cancellationToken)
    {
        Begin();
        while (await source.ReadAsync(Space(), cancellationToken).ConfigureAwait(false) is var count and > 0)
            await AddAsync(count, cancellationToken).ConfigureAwait(false);
        _state = State.Open;
    }

    private static WireWriteOptions Staged(WriteOptions options, Guid operation) =>
        WireWriteOptions.From(options, new WireOperation { Id = operation });

    private Memory<byte> Space()
    {
        _chunk ??= UploadChunk.Rent();
        return UploadChunk.Part(_chunk, _filled, TransferDefaults.ChunkSize - _filled);
    }

    private async ValueTask AddAsync(int count, CancellationToken cancellationToken)
    {
        _filled += count;
        if (_filled == TransferDefaults.ChunkSize)
            await SendAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        // The transfer port works without a client, so a closed client would not be noticed and the content read to its end in vain.
        _transfers.Calls.ThrowIfClosed();
        while (_underWay.Count >= TransferDefaults.Window)
            await NextAnswerAsync(cancellationToken).ConfigureAwait(false);
        _hash.Append(UploadChunk.Part(_chunk!, 0, _filled));
        var chunk = new UploadChunk(_chunk!, _filled, _hash.Current);
        _sent += _filled;
        (_chunk, _filled) = (null, 0);
        _underWay.Enqueue(chunk);
        _link.Send(chunk, _closed.Token);
    }

    /// <summary>Waits for the oldest chunk. It leaves the queue only when it is acknowledged.</summary>
    private async ValueTask NextAnswerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _underWay.Peek().Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _transfers.Calls.ThrowIfClosed();
            throw;
        }
        catch (RemoteStoreException e) when (TransferClient.IsResumable(e))
        {
            await ResumeAsync(e, cancellationToken).ConfigureAwait(false);
            return;
        }

        var chunk = _underWay.Dequeue();
        _acknowledged += chunk.Count;
        _acknowledgedHash = chunk.HashAtEnd;
        _resumes.Progressed();
        chunk.Acknowledged();
    }

    private async ValueTask<string> FinishAsync(bool keep, CancellationToken cancellationToken)
    {
        Begin();
        if (_filled > 0)
            await SendAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            while (_underWay.Count > 0)
                await NextAnswerAsync(cancellationToken).ConfigureAwait(false);
            _transfers.Calls.ThrowIfClosed();
            try
            {
                var summary = new UploadSummary
                {
                    Length = _sent,
                    Hash = _hash.Current,
                    Keep = keep,
                };
                return await _link.FinishAsync(summary, cancellationToken).ConfigureAwait(false);
            }
            catch (RemoteStoreException e) when (TransferClient.IsResumable(e))
            {
                await ResumeAsync(e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reopens the staging through another silo and resends all unacknowledged bytes.</summary>
    private async ValueTask ResumeAsync(RemoteStoreException cut, CancellationToken cancellationToken)
    {
        var lost = _link;
        _link = await ReopenAsync(lost, cut, cancellationToken).ConfigureAwait(false);
        // It can no longer access the staging; it is closed only so that it ends before the idle collection.
        _ = lost.CloseAsync(keep: false).AsTask();
        foreach (var chunk in _underWay)
            _link.Send(chunk, _closed.Token);
    }

    private async ValueTask<UploadChannel> ReopenAsync(UploadChannel lost, RemoteStoreException cut, CancellationToken cancellationToken)
    {
        while (lost.ResumeToken is { } token && _resumes.TryBegin())
        {
            var part = new UploadPart
            {
                ResumeToken = token,
                Length = _acknowledged,
                Hash = _acknowledgedHash,
            };
            try
            {
                return await _resumes.RunAsync(t => OpenAgainAsync(part, cut, t), cut, cancellationToken).ConfigureAwait(false);
            }
            catch (RemoteStoreException e) when (TransferClient.IsResumable(e))
            {
                cut = e;
            }
            catch (NotFoundException e)
            {
                throw Lost(e);
            }
        }

        throw Lost(cut);
    }

    private async ValueTask<UploadChannel> OpenAgainAsync(UploadPart part, RemoteStoreException cut, CancellationToken cancellationToken)
    {
        await TransferClient.PauseAsync(_resumes.Attempts, cut, cancellationToken).ConfigureAwait(false);
        return await UploadChannel
            .OpenAsync(_transfers, _key, Staged(_options, _operation), null, part, cancellationToken)
            .ConfigureAwait(false);
    }

    private BackendUnavailableException Lost(RemoteStoreException cause) =>
        new(
            $"The upload was interrupted after {_acknowledged} acknowledged bytes; nothing was published.",
            _key,
            _transfers.Calls.Store,
            cause
        )
        {
            Code = cause.Code,
            NativeCode = cause.NativeCode,
            RetryAfter = cause.RetryAfter,
        };

    /// <summary>Any failure after this makes the writer unusable, except for its disposal.</summary>
    private void Begin()
    {
        if (_state != State.Open)
            throw new InvalidOperationException("The atomic write has failed, or was already committed, detached or disposed.");
        _state = State.Failed;
    }
}
