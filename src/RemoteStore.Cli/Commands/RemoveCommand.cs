using System.CommandLine;

namespace RemoteStore.Cli.Commands;

internal static class RemoveCommand
{
    internal static Command Create(CliApp app)
    {
        var paths = new Argument<string[]>("path")
        {
            Description = "One or more files, or folders with -r.",
            Arity = ArgumentArity.OneOrMore,
        };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Delete folders with their contents." };
        var ignoreMissing = new Option<bool>("--missing-ok", "-f") { Description = "Ignore missing paths." };
        var ifMatch = new Option<string?>("--if-match") { Description = "Delete only the version with this ETag; for one file." };
        var command = new Command("rm", "Deletes files and folders.") { paths, recursive, ignoreMissing, ifMatch };
        return app.Action(
            command,
            async (store, parsed, token) =>
            {
                var options = new DeleteOptions { IgnoreMissing = parsed.GetValue(ignoreMissing), IfMatch = parsed.GetValue(ifMatch) };
                if (options.IfMatch is not null && parsed.GetValue(paths)!.Length > 1)
                    throw new ArgumentException("--if-match must name one file: pass exactly one path.");
                foreach (var path in parsed.GetValue(paths)!)
                {
                    if (parsed.GetValue(recursive) && await StoreTree.HasFolderAsync(store, path, token).ConfigureAwait(false))
                        await DeleteAllAsync(store, path, options, token).ConfigureAwait(false);
                    else
                        await store.DeleteAsync(path, options, token).ConfigureAwait(false);
                }

                return ExitCodes.Ok;
            }
        );
    }

    private static async Task DeleteAllAsync(AsyncStore store, string path, DeleteOptions options, CancellationToken token)
    {
        StoreTree.RefuseCondition(options.IfMatch, path);
        if (await store.IsFileAsync(path, token).ConfigureAwait(false))
            await store.DeleteAsync(path, options, token).ConfigureAwait(false);
        await store
            .DeleteFolderAsync(path, new DeleteFolderOptions { Recursive = true, IgnoreMissing = options.IgnoreMissing }, token)
            .ConfigureAwait(false);
    }
}
