using Orleans.Concurrency;
using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>Operations on a store as a whole. Stateless and therefore reentrant: a slow listing does not delay others.</summary>
[StatelessWorker, Reentrant]
internal sealed class StoreGrain(ISiloStores stores, AccessControl access) : Grain, IStoreGrain
{
    private SiloStore Store => stores.Get(this.GetPrimaryKeyString());

    public ValueTask<StoreDescription> Describe(CancellationToken cancellationToken)
    {
        var store = Store;
        access.CheckAny(store.Name);
        return new ValueTask<StoreDescription>(
            new StoreDescription
            {
                Kind = store.Backend.Resolve("").Kind,
                Capabilities = (long)PathOwner.Uplift(store.Backend.Capabilities).Flags,
                InlineLimit = store.Options.InlineLimit,
                IsFenced = store.IsFenced,
            }
        );
    }

    public async ValueTask<ListReply> ListPage(ListRequest request, CancellationToken cancellationToken)
    {
        access.Check(AccessVerbs.List, Store.Name, KernelKeys.Query(request.Folder, Store.Name));
        var options = request.ToOptions();
        while (true)
        {
            var page = await Store.Backend.ListPageAsync(request.Folder, options, request.ContinuationToken, cancellationToken);
            if (options.PageSize == 1 || MessageLimits.SizeOf(page) <= MessageLimits.Listing)
                return new ListReply { Entries = [.. page.Entries.Select(WireEntry.From)], ContinuationToken = page.ContinuationToken };
            // A page cannot be split here: only the backend can create the token of a shorter page.
            options = options with
            {
                PageSize = options.PageSize / 2,
            };
        }
    }

    public async ValueTask<FolderReply> FolderInfo(string folder, int? maxDepth, CancellationToken cancellationToken)
    {
        access.Check(AccessVerbs.List, Store.Name, KernelKeys.Query(folder, Store.Name));
        var info = await Store.Backend.GetFolderInfoAsync(folder, maxDepth, cancellationToken);
        return new FolderReply
        {
            FileCount = info.FileCount,
            TotalSize = info.TotalSize,
            LastModified = info.LastModified,
        };
    }

    public ValueTask CheckHealth(CancellationToken cancellationToken)
    {
        access.CheckAny(Store.Name);
        return Store.Backend.CheckHealthAsync(cancellationToken);
    }

    public async ValueTask AbortStaged(string key, string token, CancellationToken cancellationToken)
    {
        access.Check(AccessVerbs.Write, Store.Name, GrainKeys.Canonical(key, Store.Name));
        await Store.Backend.AbortStagedAsync(key, token, cancellationToken);
        Store.Staged.Gone(token);
    }
}
