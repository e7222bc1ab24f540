using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace RemoteStore.Silo;

/// <summary>The input of a peer.</summary>
internal sealed class WatchedReader(PipeReader inner, WatchedPeer peer) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Seen(read.Result)) : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
            return false;
        result = Seen(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var (all, left) = (_buffer.Length, _buffer.Slice(consumed).Length);
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
        peer.Left(left, left < all);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Seen(await read.ConfigureAwait(false));

    /// <summary>A refusal is reported as the end of the input: Orleans would log an exception with its stack trace each time.</summary>
    private ReadResult Seen(ReadResult result)
    {
        _buffer = result.Buffer;
        if (peer.Accepts(result.Buffer))
            return result;
        inner.AdvanceTo(result.Buffer.End);
        _buffer = default;
        return new ReadResult(default, isCanceled: false, isCompleted: true);
    }
}
