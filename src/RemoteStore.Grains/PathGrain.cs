using Orleans.Concurrency;
using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>Hosts a <see cref="PathOwner"/>: the turns of its commits and the lifetime of its state. The rules are in the owner.</summary>
[MayInterleave(nameof(CarriesBytes))]
internal sealed partial class PathGrain(
    ISiloStores stores,
    PathGrains owners,
    ActiveSilos silos,
    EarlyLeaves leaves,
    RunningTransfers transfers,
    TimeProvider clock,
    AccessControl access
) : Grain, IPathGrain, IIncomingGrainCallFilter, IDisposable
{
    private SiloStore? _store;
    private PathOwner? _owner;
    private ReadRate _rate;

    private PathOwner Owner
    {
        get
        {
            var owner = _owner ?? Create();
            if (!silos.AreSettled)
                owner.Forget();
            return owner;
        }
    }

    public void Dispose() => _owner?.Dispose();

    public async ValueTask<int> Kind(CancellationToken cancellationToken) =>
        (int)await Checked(AccessVerbs.Read).GetKindAsync(cancellationToken);

    public async ValueTask<WireFile> Stat(CancellationToken cancellationToken) =>
        WireFile.From(await Checked(AccessVerbs.Read).GetFileInfoAsync(cancellationToken));

    public async ValueTask<ReadReply> Read(ReadRequest request, CancellationToken cancellationToken)
    {
        var owner = Checked(AccessVerbs.Read);
        if (request.IfNoneMatch is { } known && !_store!.Options.ExternalWriters)
            return await ReadIfChangedAsync(owner, known, cancellationToken);
        var isHot = IsHot(request);
        var read = await owner.ReadAsync(request.ToOptions(), _store!.Options.InlineLimit, cancellationToken);
        return new ReadReply
        {
            File = WireFile.From(read.Info),
            Content = PayloadOf(read),
            IsHot = isHot && read.Info.Size <= _store.Options.InlineLimit,
        };
    }

    public ValueTask CheckWrite(WireWriteOptions options, CancellationToken cancellationToken) =>
        Checked(AccessVerbs.Write).CheckWriteAsync(options.ToOptions(), cancellationToken);

    public async ValueTask<WireWriteResult> Write(
        WireWriteOptions options,
        Payload content,
        bool atomic,
        CancellationToken cancellationToken
    )
    {
        var operation = WireOperation.ToOperation(options.Operation);
        var owner = Checked(AccessVerbs.Write, options.Operation);
        using var held = Admit(content);
        var result = await WriteAsync(
            "write",
            options,
            () => owner.WriteAsync(new WriteContent(content.Memory), options.ToOptions(), atomic, operation, cancellationToken)
        );
        // Only after success: a cancelled backend may still be reading the bytes.
        content.Dispose();
        return WireWriteResult.From(result);
    }

    public async ValueTask<WireWriteResult> CommitUpload(string token, WireWriteOptions options, CancellationToken cancellationToken)
    {
        var owner = Checked(AccessVerbs.Write, options.Operation);
        var result = await WriteAsync(
            "upload",
            options,
            () => owner.CommitStagedAsync(token, options.ToOptions(), WireOperation.ToOperation(options.Operation), cancellationToken)
        );
        _store!.Staged.Gone(token);
        return WireWriteResult.From(result);
    }

    public async ValueTask Delete(DeleteRequest request, CancellationToken cancellationToken)
    {
        var owner = Checked(AccessVerbs.Delete, request.Operation);
        await AuditedAsync(
            Change("delete", request.Operation) with
            {
                Before = request.IfMatch ?? owner.KnownVersion,
            },
            async () =>
            {
                var options = new DeleteOptions { IgnoreMissing = request.IgnoreMissing, IfMatch = request.IfMatch };
                await owner.DeleteAsync(options, WireOperation.ToOperation(request.Operation), cancellationToken);
                return true;
            }
        );
    }

    public ValueTask Move(MoveCopyRequest request, CancellationToken cancellationToken) =>
        TransferAsync(request, isMove: true, cancellationToken);

    public ValueTask Copy(MoveCopyRequest request, CancellationToken cancellationToken) =>
        TransferAsync(request, isMove: false, cancellationToken);

    public ValueTask<bool> DeleteFolder(DeleteFolderRequest request, CancellationToken cancellationToken)
    {
        var owner = OwnerOf(request.Folder);
        Checked(AccessVerbs.Delete, request.Operation);
        return AuditedAsync(
            Change("delete-folder", request.Operation),
            () =>
                owner.OnceAsync(
                    WireOperation.ToOperation(request.Operation),
                    t => new FolderDeletion(_store!, owners, clock, request).RunAsync(t),
                    cancellationToken
                )
        );
    }

    public ValueTask AcquireLease(LeaseRequest request, CancellationToken cancellationToken) =>
        Owner.LeaseAsync(request.ToLease(), cancellationToken);

    public ValueTask ReleaseLease(Guid holder)
    {
        _owner?.Release(holder);
        return default;
    }

    private async ValueTask<ReadReply> ReadIfChangedAsync(PathOwner owner, string known, CancellationToken cancellationToken) =>
        await owner.ReadIfChangedAsync(known, _store!.Options.InlineLimit, cancellationToken) is { } read
            ? new ReadReply { File = WireFile.From(read.Info), Content = PayloadOf(read) }
            : ReadReply.Unchanged(known);

    /// <summary>False with a single silo, where readers are no closer to the client than this owner.</summary>
    private bool IsHot(ReadRequest request) =>
        _store!.Options.HotReads is > 0 and var limit && _rate.Count(request.Reads, limit, clock) && silos.AreSeveral;

    private async ValueTask TransferAsync(MoveCopyRequest request, bool isMove, CancellationToken cancellationToken)
    {
        var owner = OwnerOf(request.Source);
        CheckBothEnds(request, isMove);
        var change = Change(isMove ? "move" : "copy", request.Operation) with
        {
            Destination = request.Destination,
            Before = request.IfMatch ?? owner.KnownVersion,
        };
        await AuditedAsync(
            change,
            () =>
                owner.OnceAsync(
                    WireOperation.ToOperation(request.Operation),
                    t => new PathPair(_store!, owners, clock, request, isMove).RunAsync(t),
                    cancellationToken
                )
        );
    }

    /// <summary>An owner that detects that it was replaced deactivates: the directory determines its successor.</summary>
    private async ValueTask<T> CommitAsync<T>(Func<ValueTask<T>> commit)
    {
        try
        {
            return await commit();
        }
        catch (BackendUnavailableException e) when (e.Code == ErrorCodes.StaleOwner)
        {
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            StayForRepeats();
        }
    }

    private PathOwner OwnerOf(string key)
    {
        var owner = Owner;
        return owner.Key == key ? owner : throw new ArgumentException("The path of the request does not match this grain.", nameof(key));
    }

    // Not on activation: exceptions thrown there do not reach the caller with their own type.
    private PathOwner Create()
    {
        try
        {
            var (store, key) = GrainKeys.Parse(this.GetPrimaryKeyString());
            _store = stores.Get(store);
            var owner = new PathOwner(_store.Backend, key, _store.OwnerOptions, clock);
            owner.AssumeRemoved(leaves.Last);
            return _owner = owner;
        }
        catch (RemoteStoreException)
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
