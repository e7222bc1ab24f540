using System.CommandLine;

namespace RemoteStore.Cli.Commands;

internal static class RemoveCommand
{
    internal static Command Create(CliApp app)
    {
        var paths = new Argument<string[]>("path") { Description = "One or more files, or folders with -r.", Arity = ArgumentArity.OneOrMore };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Delete folders with all that is in them." };
        var missingOk = new Option<bool>("--missing-ok", "-f") { Description = "A missing path is fine." };
        var ifMatch = new Option<string?>("--if-match") { Description = "Delete only the version with this ETag." };
        var command = new Command("rm", "Deletes files and folders.") { paths, recursive, missingOk, ifMatch };
        return app.Action(command, async (store, parsed, token) =>
        {
            foreach (var path in parsed.GetValue(paths)!)
            {
                if (parsed.GetValue(recursive) && await store.IsFolderAsync(path, token).ConfigureAwait(false))
                    await store.DeleteFolderAsync(path, new DeleteFolderOptions { Recursive = true, MissingOk = parsed.GetValue(missingOk) }, token).ConfigureAwait(false);
                else
                    await store.DeleteAsync(path, new DeleteOptions { MissingOk = parsed.GetValue(missingOk), IfMatch = parsed.GetValue(ifMatch) }, token).ConfigureAwait(false);
            }

            return ExitCodes.Ok;
        });
    }
}
