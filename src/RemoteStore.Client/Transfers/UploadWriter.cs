using System.Buffers;
using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>Sends bytes in chunks, some of them under way at once, to be staged in the cluster and then published by the path's owner.</summary>
internal sealed class UploadWriter : AsyncAtomicWriter
{
    private readonly ClusterCalls _calls;
    private readonly IUploadGrain _grain;
    private readonly string _key;
    private readonly WriteOptions _options;
    private readonly Guid _operation;
    private readonly Queue<Task> _underWay = new();
    private readonly CancellationTokenSource _closed = new();
    private byte[]? _chunk;
    private int _filled;
    private long _sent;
    private long _sequence;
    private State _state;

    private UploadWriter(ClusterCalls calls, IUploadGrain grain, string key, WriteOptions options, Guid operation) =>
        (_calls, _grain, _key, _options, _operation) = (calls, grain, key, options, operation);

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
        ClusterCalls calls, string key, WriteOptions options, long? sizeHint, CancellationToken cancellationToken)
    {
        // Backends that record the operation of a version need it when the bytes are staged.
        var operation = Guid.NewGuid();
        var wire = WireWriteOptions.From(options, new WireOperation { Id = operation });
        var request = new UploadRequest { Store = calls.Store, Key = key, Options = wire, SizeHint = sizeHint };
        var (grain, _) = await calls.OpenTransferAsync<IUploadGrain, UploadRequest, bool>(
            key, request, static (g, r, t) => ClusterCalls.AnsweredAsync(g.Open(r, t)), cancellationToken).ConfigureAwait(false);
        return new UploadWriter(calls, grain, key, options, operation);
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
        var token = await FinishAsync(cancellationToken).ConfigureAwait(false);
        var committed = false;
        try
        {
            var result = await _calls.ChangeAsync(
                _key, (token, _options), static (p, a, o, t) => p.CommitUpload(a.token, WireWriteOptions.From(a._options, o), t), cancellationToken,
                _operation).ConfigureAwait(false);
            committed = true;
            return result.ToResult(_key);
        }
        finally
        {
            _state = State.Ended;
            await CloseQuietlyAsync(committed).ConfigureAwait(false);
        }
    }

    public override async ValueTask<string> DetachAsync(CancellationToken cancellationToken = default)
    {
        var token = await FinishAsync(cancellationToken).ConfigureAwait(false);
        _state = State.Ended;
        await CloseQuietlyAsync(keep: true).ConfigureAwait(false);
        return token;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_state != State.Ended)
        {
            _state = State.Ended;
            await _closed.CancelAsync().ConfigureAwait(false);
            await CloseQuietlyAsync(keep: false).ConfigureAwait(false);
        }

        _closed.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads the content straight into the chunks.</summary>
    internal async ValueTask FillAsync(ContentSource source, CancellationToken cancellationToken)
    {
        Begin();
        while (await source.ReadAsync(Space(), cancellationToken).ConfigureAwait(false) is var count and > 0)
            await AddAsync(count, cancellationToken).ConfigureAwait(false);
        _state = State.Open;
    }

    private Memory<byte> Space()
    {
        _chunk ??= ArrayPool<byte>.Shared.Rent(TransferDefaults.ChunkSize);
        return _chunk.AsMemory(_filled, TransferDefaults.ChunkSize - _filled);
    }

    private async ValueTask AddAsync(int count, CancellationToken cancellationToken)
    {
        _filled += count;
        if (_filled == TransferDefaults.ChunkSize)
            await SendAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        while (_underWay.Count >= TransferDefaults.Window)
            await NextAnswerAsync(cancellationToken).ConfigureAwait(false);
        var chunk = Payload.FromRented(_chunk!, _filled);
        _sent += _filled;
        (_chunk, _filled) = (null, 0);
        _underWay.Enqueue(_calls.RunAsync(
            _key, (_grain, Sequence: _sequence++, chunk), static (a, t) => a._grain.WriteChunk(a.Sequence, a.chunk, t), _closed.Token).AsTask());
    }

    private async ValueTask NextAnswerAsync(CancellationToken cancellationToken)
    {
        await _underWay.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _underWay.Dequeue();
    }

    private async ValueTask<string> FinishAsync(CancellationToken cancellationToken)
    {
        Begin();
        if (_filled > 0)
            await SendAsync(cancellationToken).ConfigureAwait(false);
        while (_underWay.Count > 0)
            await NextAnswerAsync(cancellationToken).ConfigureAwait(false);
        return await _calls.RunAsync(_key, (_grain, _sent), static (a, t) => a._grain.Finish(a._sent, t), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What fails from here on leaves the writer unusable, except for its disposal.</summary>
    private void Begin()
    {
        if (_state != State.Open)
            throw new InvalidOperationException("The atomic write has failed, or was committed, detached or disposed before.");
        _state = State.Failed;
    }

    private async ValueTask CloseQuietlyAsync(bool keep)
    {
        foreach (var chunk in _underWay)
            _ = chunk.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _underWay.Clear();
        try
        {
            await _calls.RunAsync(_key, (_grain, keep), static (a, _) => a._grain.Close(a.keep), default).ConfigureAwait(false);
        }
        catch (RemoteStoreException)
        {
            // The silo is gone, or the idle sweep will clean up: the outcome of the write is known already.
        }
    }
}
