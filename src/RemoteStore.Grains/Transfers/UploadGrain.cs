namespace RemoteStore.Grains;

/// <summary>Bytes being staged. Idle ones are collected, and what was staged and not kept is dropped then.</summary>
[TransferPlacement, CollectionAgeLimit(Minutes = 2)]
internal sealed class UploadGrain(ISiloStores stores, RunningTransfers transfers) : Grain, IUploadGrain
{
    private readonly ChunkOrder _order = new();
    private IDisposable? _running;
    private UploadRequest? _request;
    private AsyncAtomicWriter? _writer;
    private string? _token;

    private AsyncBackend Backend => stores.Get(_request!.Store).Backend;

    public async ValueTask Open(UploadRequest request, CancellationToken cancellationToken)
    {
        if (_request is not null)
            throw new ArgumentException("The upload is open already.", nameof(request));
        var backend = stores.Get(request.Store).Backend;
        var key = GrainKeys.Canonical(request.Key, request.Store);
        var options = Gates.Write(
            request.Options.ToOptions(), Capability.AtomicWrite | Capability.Staging, PathOwner.Uplift(backend.Capabilities), key, backend.Name);
        _request = request;
        _writer = await OpenAsync(backend, key, options, cancellationToken);
    }

    public async ValueTask WriteChunk(long sequence, Payload chunk, CancellationToken cancellationToken)
    {
        var writer = _writer ?? throw ChunkOrder.Ended();
        await _order.RunAsync(sequence, token => AppendAsync(writer, chunk, token), cancellationToken);
    }

    public async ValueTask<string> Finish(long length, CancellationToken cancellationToken)
    {
        var writer = _writer ?? throw ChunkOrder.Ended();
        if (writer.Position != length)
            throw new RemoteStoreException($"{writer.Position} of {length} bytes have arrived.", _request!.Key, Backend.Name) { IsTransient = true };
        _token = await writer.DetachAsync(cancellationToken);
        return _token;
    }

    public async ValueTask Close(bool keep)
    {
        if (keep)
            _token = null;
        await EndAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await EndAsync();

    private async ValueTask<AsyncAtomicWriter> OpenAsync(AsyncBackend backend, string key, WriteOptions options, CancellationToken cancellationToken)
    {
        _running = transfers.Begin();
        try
        {
            await OwnedConditions.CheckAsync(backend, key, options, cancellationToken);
            return await backend.OpenAtomicAsync(key, OwnedConditions.Native(options, backend.Capabilities), cancellationToken);
        }
        catch
        {
            _running.Dispose();
            throw;
        }
    }

    private static async ValueTask<int> AppendAsync(AsyncAtomicWriter writer, Payload chunk, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(chunk.Memory, cancellationToken);
        var length = chunk.Length;
        // Only after success: a cancelled backend may still be reading the bytes.
        chunk.Dispose();
        return length;
    }

    private async ValueTask EndAsync()
    {
        await _order.CloseAsync();
        _running?.Dispose();
        if (_writer is { } writer)
            await writer.DisposeAsync();
        _writer = null;
        if (_token is { } token)
            await Backend.AbortStagedAsync(_request!.Key, token);
        _token = null;
    }
}
