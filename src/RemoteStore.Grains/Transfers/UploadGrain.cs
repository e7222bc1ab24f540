using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>An upload being staged. Idle activations are collected, which deletes staged bytes that were not kept.</summary>
[TransferPlacement, CollectionAgeLimit(Minutes = 2)]
internal sealed class UploadGrain(ISiloStores stores, RunningTransfers transfers, DirectTransfers direct, AccessControl access)
    : Grain,
        IUploadGrain,
        IIncomingGrainCallFilter
{
    private readonly SequencedExecutor _order = new();
    private readonly TransferHash _hash = new();
    private RunningTransfers.Transfer? _running;
    private UploadRequest? _request;
    private ChunkOptions _shape;
    private AsyncAtomicWriter? _writer;
    private UploadSession? _session;
    private PendingUpload? _offered;
    private string? _token;
    private GrainId? _client;
    private StagedBytes.Upload? _staged;

    private AsyncBackend Backend => stores.Get(_request!.Store).Backend;

    /// <summary>Records the client that opens the transfer. Runs before anything else on this turn.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        _client ??= context.SourceId;
        return context.Invoke();
    }

    public async ValueTask<UploadSession> Begin(UploadRequest request, CancellationToken cancellationToken)
    {
        await OpenAsync(request, cancellationToken);
        var offered = new PendingUpload(
            this.GetPrimaryKey(),
            _shape.Size,
            new TransferOpener(Callers.Current, AccessVerbs.Write, request.Store, request.Key)
        );
        if (direct.Offer(offered) is { } offer)
            (_offered, _session) = (offered, _session! with { Direct = offer });
        return _session!;
    }

    private async ValueTask OpenAsync(UploadRequest request, CancellationToken cancellationToken)
    {
        if (_request is not null)
            throw new ArgumentException("The upload is already open.", nameof(request));
        ArgumentOutOfRangeException.ThrowIfNegative(request.SizeHint ?? 0, nameof(request.SizeHint));
        var backend = stores.Get(request.Store).Backend;
        var key = GrainKeys.Canonical(request.Key, request.Store);
        access.Check(AccessVerbs.Write, request.Store, key);
        var options = OptionChecks.Write(
            request.Options.ToOptions(),
            Capability.AtomicWrite | Capability.Staging,
            PathOwner.Uplift(backend.Capabilities),
            key,
            backend.Name
        );
        _shape = new ChunkOptions(request.ChunkSize, request.Window);
        _order.Window = _shape.Window;
        _request = request;
        _writer = await OpenAsync(backend, key, options, cancellationToken);
        _session = new UploadSession { ResumeToken = backend.Capabilities.Supports(Capability.ResumeStaging) ? _writer.ResumeToken : null };
    }

    public async ValueTask WriteChunk(long sequence, Payload chunk, CancellationToken cancellationToken)
    {
        var writer = _writer ?? throw SequencedExecutor.Ended();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunk.Length, _shape.Size, nameof(chunk));
        await _order.RunAsync(sequence, token => AppendAsync(writer, chunk, token), cancellationToken);
    }

    public async ValueTask<long> Adopt(CancellationToken cancellationToken)
    {
        if (_writer is null)
            throw SequencedExecutor.Ended();
        await EndDirectAsync();
        if (_offered is { } offered)
            await offered.LeftAsync(cancellationToken);
        return await _order.RecoverAsync(cancellationToken);
    }

    public ValueTask<string> Finish(UploadSummary summary, CancellationToken cancellationToken) =>
        FinishAsync(summary.Length, summary.Hash, summary.Keep, cancellationToken);

    public async ValueTask Close(bool keep)
    {
        if (keep)
            _token = null;
        await EndAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Also when another silo was lost that held this grain's directory entry: its client resumes the upload as well.
        if (
            reason.ReasonCode is DeactivationReasonCode.ShuttingDown or DeactivationReasonCode.DirectoryFailure
            && _session?.ResumeToken is not null
        )
            await LeaveAsync();
        else
            await EndAsync();
    }

    private async ValueTask<AsyncAtomicWriter> OpenAsync(
        AsyncBackend backend,
        string key,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        _running = transfers.Begin(_shape.Bytes, _client, () => GrainContext.Deactivate(TransferEnds.TooSlow));
        _staged = stores.Get(_request!.Store).Staged.Open();
        try
        {
            await CommitConditions.CheckAsync(backend, key, options, cancellationToken);
            var native = CommitConditions.Native(options, backend.Capabilities);
            return await ReserveBufferAsync(
                _request!.Resume is { } part
                    ? await ResumeAsync(backend, key, part, native, cancellationToken)
                    : await backend.OpenAtomicAsync(key, native, cancellationToken)
            );
        }
        catch
        {
            _running.Dispose();
            _staged.End();
            throw;
        }
    }

    /// <summary>The bytes that a backend buffers count as well, at most the length of the upload where it is known.</summary>
    private async ValueTask<AsyncAtomicWriter> ReserveBufferAsync(AsyncAtomicWriter writer)
    {
        try
        {
            _running!.Add(Math.Min(writer.MaxBufferedBytes, _request!.SizeHint ?? long.MaxValue));
            return writer;
        }
        catch (BackendUnavailableException)
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    /// <summary>The staged bytes are read again: bytes that the lost silo acknowledged may not have reached the storage.</summary>
    private async ValueTask<AsyncAtomicWriter> ResumeAsync(
        AsyncBackend backend,
        string key,
        UploadPart part,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        var staged = stores.Get(_request!.Store).Staged;
        staged.Gone(part.ResumeToken);
        _staged!.Add(part.Length, key);
        var point = new ResumePoint(part.ResumeToken, part.Length) { Kept = _hash.Append };
        var writer = await backend.ResumeAtomicAsync(key, point, options, cancellationToken);
        if (_hash.Current == part.Hash)
            return writer;
        await writer.DisposeAsync();
        throw Mismatch("The staged bytes do not match the acknowledged bytes.");
    }

    private async ValueTask<int> AppendAsync(AsyncAtomicWriter writer, Payload chunk, CancellationToken cancellationToken)
    {
        _staged!.Add(chunk.Length, _request!.Key);
        await writer.WriteAsync(chunk.Memory, cancellationToken);
        _running!.Moved(chunk.Length);
        _hash.Append(chunk.Memory);
        var length = chunk.Length;
        // Only after success: a cancelled backend may still be reading the bytes.
        chunk.Dispose();
        return length;
    }

    private async ValueTask<string> FinishAsync(long length, ulong hash, bool keep, CancellationToken cancellationToken)
    {
        var writer = _writer ?? throw SequencedExecutor.Ended();
        if (writer.Position != length)
            throw Mismatch($"The upload is incomplete: {writer.Position} of {length} bytes have arrived.");
        if (hash != _hash.Current)
            throw Mismatch("The checksum of the received bytes does not match that of the sent bytes.");
        var token = await writer.DetachAsync(cancellationToken);
        _token = keep ? null : token;
        if (keep)
            _staged!.Keep(token);
        return token;
    }

    /// <summary>Waits until the chunk passed to the grain has ended.</summary>
    private async ValueTask EndDirectAsync()
    {
        if (_offered is not { } offered)
            return;
        await offered.EndAsync();
        if (direct.Uploads.Withdraw(_session!.Direct!))
            offered.Leave();
    }

    private RemoteStoreException Mismatch(string message) =>
        new(message, _request!.Key, Backend.Name) { Code = ErrorCodes.ContentMismatch, IsTransient = true };

    /// <summary>The client resumes through another silo. Nothing is cancelled: a cancelled write could delete the staged bytes.</summary>
    private async ValueTask LeaveAsync()
    {
        await EndDirectAsync();
        await _order.CloseAsync(cancel: false);
        _running?.Dispose();
        _staged?.End();
        _writer = null;
    }

    private async ValueTask EndAsync()
    {
        await EndDirectAsync();
        await _order.CloseAsync();
        _running?.Dispose();
        _staged?.End();
        if (_writer is { } writer)
            await writer.DisposeAsync();
        _writer = null;
        if (_token is { } token)
            await Backend.AbortStagedAsync(_request!.Key, token);
        _token = null;
    }
}
