using RemoteStore.Grains;

namespace RemoteStore.Client;

/// <summary>One grain that stages bytes. Good until its first failure.</summary>
internal sealed class UploadLink
{
    private readonly Transfers _transfers;
    private readonly IUploadGrain _grain;
    private readonly string _key;
    private long _sequence;

    private UploadLink(Transfers transfers, IUploadGrain grain, string key, string? resumeToken) =>
        (_transfers, _grain, _key, ResumeToken) = (transfers, grain, key, resumeToken);

    /// <summary>With it another silo goes on; null where it cannot.</summary>
    internal string? ResumeToken { get; }

    internal static async ValueTask<UploadLink> OpenAsync(
        Transfers transfers, string key, WireWriteOptions options, long? sizeHint, UploadPart? resume, CancellationToken cancellationToken)
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
        var (grain, session) = await transfers.Calls.OpenTransferAsync<IUploadGrain, UploadRequest, UploadSession>(
            key, request, static (g, r, t) => g.Begin(r, t), cancellationToken).ConfigureAwait(false);
        return new UploadLink(transfers, grain, key, session.ResumeToken);
    }

    internal void Send(UploadChunk chunk, CancellationToken closed)
    {
        chunk.Answer = _transfers.CarryAsync(
            _key, (_grain, Sequence: _sequence++, Payload: chunk.ToPayload()),
            static async (a, t) =>
            {
                await a._grain.WriteChunk(a.Sequence, a.Payload, t).ConfigureAwait(false);
                return true;
            },
            closed);
        _ = chunk.Answer.ContinueWith(
            static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    internal ValueTask<string> FinishAsync(UploadSummary summary, CancellationToken cancellationToken) =>
        _transfers.Calls.RunAsync(_key, (_grain, summary), static (a, t) => a._grain.FinishChecked(a.summary, t), cancellationToken);

    internal ValueTask CloseAsync(bool keep) =>
        QuietCalls.RunAsync(_transfers.Calls, _key, (_grain, keep), static (a, _) => a._grain.Close(a.keep));
}
