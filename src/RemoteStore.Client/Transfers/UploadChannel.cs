using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>
/// One grain that stages bytes. They are sent through the transfer port where possible, else by calls. Usable until its first failure.
/// </summary>
internal sealed class UploadChannel
{
    // Content that fits into one window is sent faster by calls, on the existing connection.
    private const long SmallestDirect = TransferDefaults.Window * TransferDefaults.ChunkSize;

    private readonly TransferClient _transfers;
    private readonly IUploadGrain _grain;
    private readonly string _key;
    private readonly FrameChannel? _frames;
    private readonly Lock _lock = new();
    private Task<long>? _takenOver;
    private long _sequence;

    private UploadChannel(TransferClient transfers, IUploadGrain grain, string key, string? resumeToken, FrameChannel? frames) =>
        (_transfers, _grain, _key, ResumeToken, _frames) = (transfers, grain, key, resumeToken, frames);

    /// <summary>The token with which another silo can resume the upload; null if it cannot.</summary>
    internal string? ResumeToken { get; }

    internal static async ValueTask<UploadChannel> OpenAsync(
        TransferClient transfers,
        string key,
        WireWriteOptions options,
        long? sizeHint,
        UploadPart? resume,
        CancellationToken cancellationToken
    )
    {
        var request = new UploadRequest
        {
            Store = transfers.Calls.Store,
            Key = key,
            Options = options,
            SizeHint = sizeHint,
            ChunkSize = TransferDefaults.ChunkSize,
            Window = TransferDefaults.Window,
            Resume = resume,
        };
        var (grain, session) = await transfers
            .Calls.OpenTransferAsync<IUploadGrain, UploadRequest, UploadSession>(
                key,
                request,
                static (g, r, t) => g.Begin(r, t),
                cancellationToken
            )
            .ConfigureAwait(false);
        var offer = sizeHint <= SmallestDirect ? null : session.Direct;
        var frames = await TryDirectAsync(transfers, grain, key, offer, cancellationToken).ConfigureAwait(false);
        return new UploadChannel(transfers, grain, key, session.ResumeToken, frames);
    }

    internal void Send(UploadChunk chunk, CancellationToken closed)
    {
        chunk.Sending();
        chunk.Answer = _transfers.CarryAsync(
            _key,
            (Self: this, Sequence: _sequence++, chunk, Turn: _frames?.NextTurn()),
            static (a, t) => a.Turn is { } turn ? a.Self.SendAsync(a.Sequence, a.chunk, turn, t) : a.Self.CallAsync(a.Sequence, a.chunk, t),
            closed
        );
        _ = chunk.Answer.ContinueWith(
            static t => t.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    internal ValueTask<string> FinishAsync(UploadSummary summary, CancellationToken cancellationToken) =>
        _transfers.Calls.RunAsync(_key, (_grain, summary), static (a, t) => a._grain.Finish(a.summary, t), cancellationToken);

    internal ValueTask CloseAsync(bool keep)
    {
        _frames?.Close();
        return EndAsync(_transfers, _grain, _key, keep);
    }

    private static ValueTask EndAsync(TransferClient transfers, IUploadGrain grain, string key, bool keep) =>
        BestEffortCall.RunAsync(transfers.Calls, key, (grain, keep), static (a, _) => a.grain.Close(a.keep));

    private static async ValueTask<FrameChannel?> TryDirectAsync(
        TransferClient transfers,
        IUploadGrain grain,
        string key,
        DirectOffer? offer,
        CancellationToken cancellationToken
    )
    {
        if (offer is null || transfers.Settings.Direct is not { } direct || direct.IsAtRest(offer))
            return null;
        try
        {
            return await FrameChannel
                .TryOpenAsync(direct, offer, transfers.Calls.Limits.AttemptTimeout, cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            await EndAsync(transfers, grain, key, keep: false).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<bool> SendAsync(long sequence, UploadChunk chunk, FrameChannel.Turn turn, CancellationToken closed)
    {
        if (
            await _frames!.SendAsync(chunk, turn, closed).ConfigureAwait(false)
            || sequence < await AdoptAsync(closed).ConfigureAwait(false)
        )
            return true;
        chunk.Sending();
        return await CallAsync(sequence, chunk, closed).ConfigureAwait(false);
    }

    private async ValueTask<bool> CallAsync(long sequence, UploadChunk chunk, CancellationToken closed)
    {
        await _grain.WriteChunk(sequence, chunk.ToPayload(), closed).ConfigureAwait(false);
        return true;
    }

    private Task<long> AdoptAsync(CancellationToken closed)
    {
        lock (_lock)
            return _takenOver ??= AdoptOnceAsync(closed);
    }

    /// <summary>Runs once for all chunks that follow the last acknowledged one.</summary>
    private async Task<long> AdoptOnceAsync(CancellationToken closed)
    {
        _frames!.Close();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(closed);
        // The wait for its silo has already timed out.
        if (_frames.TimedOut)
            late.CancelAfter(DirectConnections.Patience);
        return await _grain.Adopt(late.Token).ConfigureAwait(false);
    }
}
