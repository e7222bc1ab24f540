namespace RemoteStore.Grains;

/// <summary>An open file and the read position. Idle activations are collected, which closes the file.</summary>
[TransferPlacement, CollectionAgeLimit(Minutes = 2)]
internal sealed class DownloadGrain(ISiloStores stores, RunningTransfers transfers, DirectTransfers direct, AccessControl access)
    : Grain,
        IDownloadGrain,
        IIncomingGrainCallFilter
{
    private readonly SequencedExecutor _order = new();
    private RunningTransfers.Transfer? _running;
    private RemoteReadStream? _stream;
    private DirectOffer? _offer;
    private ChunkOptions _shape;
    private long _rest;
    private GrainId? _client;

    /// <summary>Records the client that opens the transfer. Runs before anything else on this turn.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        _client ??= context.SourceId;
        return context.Invoke();
    }

    public async ValueTask<DownloadReply> Begin(DownloadRequest request, CancellationToken cancellationToken)
    {
        var file = await Open(request, cancellationToken);
        _offer =
            _rest > 0
                ? direct.Offer(
                    new PendingDownload(this.GetPrimaryKey(), _rest, _order.Closed)
                    {
                        Opener = new TransferOpener(Callers.Current, AccessVerbs.Read, request.Store, request.Key),
                    }
                )
                : null;
        return new DownloadReply { File = file, Direct = _offer };
    }

    public async ValueTask<WireFile> Open(DownloadRequest request, CancellationToken cancellationToken)
    {
        if (_stream is not null)
            throw new ArgumentException("The download is already open.", nameof(request));
        access.Check(AccessVerbs.Read, request.Store, GrainKeys.Canonical(request.Key, request.Store));
        _shape = new ChunkOptions(request.ChunkSize, request.Window);
        _order.Window = _shape.Window;
        var options = request.Read.ToOptions();
        _stream = await OpenAsync(request, options, cancellationToken);
        _rest = options.Range?.CountOf(_stream.Info.Size) ?? _stream.Info.Size;
        var file = WireFile.From(_stream.Info);
        if (_rest == 0)
            await Close();
        return file;
    }

    public async ValueTask<Payload> ReadChunk(long sequence, CancellationToken cancellationToken)
    {
        if (_stream is null)
            throw SequencedExecutor.Ended();
        var chunk = await _order.RunAsync(sequence, ReadNextAsync, cancellationToken);
        if (_rest == 0)
            DeactivateOnIdle();
        return chunk;
    }

    public async ValueTask Close()
    {
        await EndAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await EndAsync();

    private async ValueTask<RemoteReadStream> OpenAsync(DownloadRequest request, ReadOptions options, CancellationToken cancellationToken)
    {
        _running = transfers.Begin(_shape.Bytes, _client, () => GrainContext.Deactivate(TransferEnds.TooSlow));
        try
        {
            return await stores
                .Get(request.Store)
                .Backend.ReadAsync(GrainKeys.Canonical(request.Key, request.Store), options, cancellationToken);
        }
        catch
        {
            _running.Dispose();
            throw;
        }
    }

    private async ValueTask<Payload> ReadNextAsync(CancellationToken cancellationToken)
    {
        var count = (int)Math.Min(_rest, _shape.Size);
        var rented = await _stream!.RentExactlyAsync(count, cancellationToken);
        _rest -= count;
        _running!.Moved(count);
        return Payload.FromRented(rented, count);
    }

    private async ValueTask EndAsync()
    {
        if (_offer is { } offer)
            direct.Downloads.Withdraw(offer);
        // The last bytes may still be on their way to the receiver.
        await _order.CloseAsync(cancel: _rest > 0);
        _running?.Dispose();
        if (_stream is { } stream)
            await stream.DisposeAsync();
        _stream = null;
    }
}
