using System.Runtime.CompilerServices;
using RemoteStore.Drivers;

namespace RemoteStore;

internal sealed partial class Kernel
{
    internal async ValueTask<ListPage> ListPageAsync(string key, ListOptions? options, string? token, CancellationToken cancellationToken)
    {
        var (walker, checkedOptions) = BeginList(key, options, token, cancellationToken);
        var entries = new List<RemoteEntry>(Math.Min(checkedOptions.PageSize, 1000));
        while (entries.Count < checkedOptions.PageSize && !walker.IsEnough(entries.Count))
        {
            var entry = await walker.NextAsync(checkedOptions.PageSize - entries.Count, cancellationToken).ConfigureAwait(false);
            if (entry is null)
                return new ListPage(entries, null);
            entries.Add(entry);
        }

        return new ListPage(entries, walker.Token);
    }

    /// <summary>Arguments are checked by this call, and not by the first step of the enumeration.</summary>
    internal IAsyncEnumerable<RemoteEntry> ListAsync(string key, ListOptions? options, CancellationToken cancellationToken)
    {
        var (walker, checkedOptions) = BeginList(key, options, null, CancellationToken.None);
        return EnumerateAsync(walker, checkedOptions.PageSize, cancellationToken);
    }

    internal async ValueTask<RemoteFolderInfo> GetFolderInfoAsync(string key, int? maxDepth, CancellationToken cancellationToken)
    {
        OptionChecks.CheckDepth(maxDepth);
        Capabilities.Require(Capability.Metadata, key, Name);
        Begin(cancellationToken);
        var folder = KernelKeys.Query(key, Name);
        if (folder.Length > 0)
            CheckFolder(await StatAsync(folder, cancellationToken).ConfigureAwait(false), folder);
        var walker = new TreeWalker(
            this,
            folder,
            new ListOptions
            {
                Kinds = ListKinds.Files,
                Recursive = true,
                MaxDepth = maxDepth,
            },
            null
        );
        var (count, size, latest) = (0L, 0L, (DateTimeOffset?)null);
        while (await walker.NextAsync(InternalPageSize, cancellationToken).ConfigureAwait(false) is RemoteFileInfo file)
        {
            count++;
            // The sizes of sparse files can exceed the range of a long.
            size = file.Size > long.MaxValue - size ? long.MaxValue : size + file.Size;
            latest = latest is null || file.LastModified > latest ? file.LastModified ?? latest : latest;
        }

        return new RemoteFolderInfo(folder, count, size, latest);
    }

    /// <summary>A page from the driver, with its errors mapped. Only for the first page of a walk may the container be absent.</summary>
    internal async ValueTask<DriverPage> ListAsync(
        string folder,
        bool recursive,
        string? cursor,
        int limit,
        bool isFirst,
        CancellationToken cancellationToken
    )
    {
        Begin(cancellationToken);
        try
        {
            return await driver.ListAsync(folder, recursive, cursor, limit, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (isFirst && Typed(e, DriverOperation.List, folder) is NotFoundException)
        {
            return DriverPage.Empty;
        }
        catch (Exception e) when (Translate(e, DriverOperation.List, folder) is { } mapped)
        {
            throw mapped;
        }
    }

    private (TreeWalker Walker, ListOptions Options) BeginList(
        string key,
        ListOptions? options,
        string? token,
        CancellationToken cancellationToken
    )
    {
        options = OptionChecks.List(options, Capabilities, key, Name);
        Begin(cancellationToken);
        return (new TreeWalker(this, KernelKeys.Query(key, Name), options, token), options);
    }

    private static async IAsyncEnumerable<RemoteEntry> EnumerateAsync(
        TreeWalker walker,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        try
        {
            while (await walker.NextAsync(pageSize, cancellationToken).ConfigureAwait(false) is { } entry)
                yield return entry;
        }
        finally
        {
            walker.Release();
        }
    }
}
