using System.CommandLine;

namespace RemoteStore.Cli.Commands;

/// <summary>The commands cp and mv: both paths are in the store, and the bytes stay in the backend.</summary>
internal static class MoveCopyCommand
{
    internal static Command CreateCopy(CliApp app) =>
        Create(
            app,
            "cp",
            "Copies a file, or a folder with -r.",
            (store, from, to, options, token) => store.CopyAsync(from, to, options, token)
        );

    internal static Command CreateMove(CliApp app) =>
        Create(
            app,
            "mv",
            "Moves a file, or a folder with -r (file by file).",
            (store, from, to, options, token) => store.MoveAsync(from, to, options, token)
        );

    private static Command Create(
        CliApp app,
        string name,
        string description,
        Func<AsyncStore, string, string, MoveCopyOptions, CancellationToken, Task> transfer
    )
    {
        var source = new Argument<string>("source") { Description = "The file or folder." };
        var destination = new Argument<string>("destination") { Description = "The new path; a trailing '/' keeps the name." };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Include everything below a folder." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace existing files." };
        var ifMatch = new Option<string?>("--if-match") { Description = "Require the source to have this ETag; for one file." };
        var command = new Command(name, description) { source, destination, recursive, overwrite, ifMatch };
        return app.Action(
            command,
            async (store, parsed, token) =>
            {
                var (from, to) = (parsed.GetValue(source)!, parsed.GetValue(destination)!);
                var options = new MoveCopyOptions { Overwrite = parsed.GetValue(overwrite), IfMatch = parsed.GetValue(ifMatch) };
                if (to.EndsWith('/'))
                    to += RemotePath.Parse(from).Name;
                if (!parsed.GetValue(recursive) || !await StoreTree.HasFolderAsync(store, from, token).ConfigureAwait(false))
                {
                    await transfer(store, from, to, options, token).ConfigureAwait(false);
                    return ExitCodes.Ok;
                }

                StoreTree.RefuseCondition(options.IfMatch, from);
                if (await store.IsFileAsync(from, token).ConfigureAwait(false))
                    await transfer(store, from, to, options, token).ConfigureAwait(false);
                await FolderAsync(
                        store,
                        RemotePath.Parse(from),
                        RemotePath.Parse(to),
                        (f, t) => transfer(store, f, t, options, token),
                        token
                    )
                    .ConfigureAwait(false);
                if (name == "mv" && await store.IsFolderAsync(from, token).ConfigureAwait(false))
                    await DeleteEmptyFoldersAsync(store, from, token).ConfigureAwait(false);
                return ExitCodes.Ok;
            }
        );
    }

    private static async Task FolderAsync(
        AsyncStore store,
        RemotePath from,
        RemotePath to,
        Func<string, string, Task> transfer,
        CancellationToken token
    )
    {
        if (to == from || to.Value.StartsWith(from.Value + "/", StringComparison.Ordinal))
            throw new InvalidPathException("A folder cannot be moved or copied into itself.", to.Value);
        await foreach (var file in store.ListFilesAsync(from.Value, new ListOptions { Recursive = true }, token).ConfigureAwait(false))
            await transfer(file.Path, to.Value + file.Path[from.Value.Length..]).ConfigureAwait(false);
    }

    /// <summary>Removes the empty folders after a move, deepest first; a folder with concurrently created files is kept.</summary>
    private static async Task DeleteEmptyFoldersAsync(AsyncStore store, string folder, CancellationToken token)
    {
        var folders = await store
            .ListFoldersAsync(folder, new ListOptions { Recursive = true }, token)
            .Select(f => f.Path)
            .Append(folder)
            .ToListAsync(token)
            .ConfigureAwait(false);
        foreach (var path in folders.OrderByDescending(f => f.Count(c => c == '/')))
        {
            try
            {
                await store.DeleteFolderAsync(path, new DeleteFolderOptions { IgnoreMissing = true }, token).ConfigureAwait(false);
            }
            catch (FolderNotEmptyException)
            {
                // Its new content must not be deleted.
            }
        }
    }
}
