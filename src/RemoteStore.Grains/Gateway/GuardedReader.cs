using System.Buffers;
using System.IO.Pipelines;

namespace RemoteStore.Grains;

/// <summary>
/// Delivers the input of a client as far as it consists of complete and allowed messages. The first forbidden message
/// ends the input permanently; messages that arrived in the same read are not delivered either.
/// </summary>
/// <param name="inner">The received input.</param>
/// <param name="messages">Validates the input.</param>
/// <param name="refused">Called once, with the reason, when a message is refused.</param>
internal sealed class GuardedReader(PipeReader inner, ClientMessages messages, Action<string> refused) : PipeReader
{
    private readonly SplicedBytes _spliced = new();
    private ReadOnlySequence<byte> _view;
    private SequencePosition _judged;

    // True between a read of the inner reader and its advance.
    private bool _isHeld;
    private bool _isRefused;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (!_isRefused)
        {
            if (_isHeld)
                return new ReadResult(_view, isCanceled: false, isCompleted: false);
            if (Answer(await inner.ReadAsync(cancellationToken).ConfigureAwait(false)) is { } answer)
                return answer;
        }

        return Ended;
    }

    public override bool TryRead(out ReadResult result)
    {
        while (!_isRefused && !_isHeld && inner.TryRead(out var read))
        {
            if (Answer(read) is not { } answer)
                continue;
            result = answer;
            return true;
        }

        result = _isRefused ? Ended : new ReadResult(_view, isCanceled: false, isCompleted: false);
        return _isRefused || _isHeld;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_isHeld)
            return;
        _view = _view.Slice(consumed);
        if (!_view.IsEmpty)
            return;
        _isHeld = false;
        inner.AdvanceTo(_judged);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private static ReadResult Ended => new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);

    /// <summary>The complete messages; null when there are none yet and more input may arrive.</summary>
    private ReadResult? Answer(ReadResult read)
    {
        _spliced.Begin(read.Buffer);
        var (judged, refusal) = messages.Judge(read.Buffer, _spliced);
        if (refusal is not null)
        {
            _isRefused = true;
            inner.AdvanceTo(read.Buffer.End);
            refused(refusal);
            return Ended;
        }

        _judged = judged;
        _view = _spliced.End(judged);
        if (_view.IsEmpty && !read.IsCanceled && !read.IsCompleted)
        {
            inner.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return null;
        }

        _isHeld = true;
        return new ReadResult(_view, read.IsCanceled, read.IsCompleted && _view.IsEmpty);
    }
}
