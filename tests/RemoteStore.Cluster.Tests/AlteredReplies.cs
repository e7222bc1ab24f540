using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Orleans.TestingHost;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>
/// Replaces replies on their way to the cluster's own client, for the stores that ask for it: what a faulty silo would send.
/// </summary>
public sealed class AlteredReplies : IClientBuilderConfigurator, IOutgoingGrainCallFilter
{
    private static readonly ConcurrentDictionary<string, Func<object?, object?>> Changes = new();
    private static readonly ConcurrentDictionary<Guid, string> Downloads = new();

    public static void Change<T>(string store, Func<T, T> change) => Changes[store] = reply => reply is T typed ? change(typed) : reply;

    public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) =>
        clientBuilder.AddOutgoingGrainCallFilter<AlteredReplies>();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await context.Invoke();
        if (StoreOf(context) is { } store && Changes.TryGetValue(store, out var change))
            context.Result = change(context.Result);
    }

    private static string? StoreOf(IOutgoingGrainCallContext context)
    {
        if (context.Grain is IPathGrain path)
            return path.GetPrimaryKeyString().Split('/')[0];
        if (context.Grain is IStoreGrain store)
            return store.GetPrimaryKeyString();
        if (context.Grain is not IDownloadGrain download)
            return null;
        if (context.Request.GetArgumentCount() > 0 && context.Request.GetArgument(0) is DownloadRequest request)
            Downloads[download.GetPrimaryKey()] = request.Store;
        return Downloads.GetValueOrDefault(download.GetPrimaryKey());
    }
}
