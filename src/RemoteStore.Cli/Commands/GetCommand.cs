using System.CommandLine;
using System.Runtime.CompilerServices;
using RemoteStore.Cli.Transfers;

namespace RemoteStore.Cli.Commands;

internal static class GetCommand
{
    private const string StandardOutput = "-";

    internal static Command Create(CliApp app)
    {
        var remote = new Argument<string>("path") { Description = "A file, or a folder with -r ('.' for the root)." };
        var local = new Argument<string?>("local")
        {
            Description = "The local path; default the same name in the current folder; '-' for standard output.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Include everything below a folder." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace existing local files." };
        var parallel = PutCommand.ParallelOption();
        var command = new Command("get", "Downloads files; a local file appears when it is complete.")
        {
            remote,
            local,
            recursive,
            overwrite,
            parallel,
        };
        return app.Action(
            command,
            async (store, parsed, token) =>
            {
                var (source, target) = (parsed.GetValue(remote)!, parsed.GetValue(local));
                if (target == StandardOutput)
                    return await StandardOutputAsync(app, store, source, token).ConfigureAwait(false);
                var run = new TransferRun(app.Console, parsed.GetValue(parallel));
                var isTree = parsed.GetValue(recursive) && await StoreTree.HasFolderAsync(store, source, token).ConfigureAwait(false);
                if (isTree && await store.IsFileAsync(source, token).ConfigureAwait(false))
                    run.Fail(
                        source,
                        new InvalidPathException(
                            "The path is a file and a folder. The folder is downloaded; download the file without -r, to another name.",
                            source
                        )
                    );
                var items = isTree ? TreeAsync(store, source, target, token) : One(source, target);
                return await run.RunAsync(
                        items,
                        (item, progress, t) => ReceiveAsync(store, item, parsed.GetValue(overwrite), progress, t),
                        token
                    )
                    .ConfigureAwait(false);
            }
        );
    }

    private static async Task<int> StandardOutputAsync(CliApp app, AsyncStore store, string source, CancellationToken token)
    {
        var stream = await store.ReadAsync(source, null, token).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            await stream.CopyToAsync(app.Console.Output, token).ConfigureAwait(false);
        return ExitCodes.Ok;
    }

    private static IAsyncEnumerable<TransferItem> One(string source, string? target)
    {
        var path = RemotePath.Parse(source);
        var place =
            string.IsNullOrEmpty(target) ? LocalTree.Place(".", path.Name)
            : target.EndsWith('/') || Directory.Exists(target) ? LocalTree.Place(target, path.Name)
            : Path.GetFullPath(target);
        return new[] { new TransferItem(place, path.Value, 0) }.ToAsyncEnumerable();
    }

    private static async IAsyncEnumerable<TransferItem> TreeAsync(
        AsyncStore store,
        string source,
        string? target,
        [EnumeratorCancellation] CancellationToken token
    )
    {
        var root = source is "" or "." ? RemotePath.Root : RemotePath.Parse(source);
        var folder = string.IsNullOrEmpty(target) ? root.Name : target;
        var skip = root.IsRoot ? 0 : root.Value.Length + 1;
        await foreach (var file in store.ListFilesAsync(source, new ListOptions { Recursive = true }, token).ConfigureAwait(false))
            yield return new TransferItem(LocalTree.Place(folder, file.Path[skip..]), file.Path, file.Size);
    }

    private static async Task ReceiveAsync(
        AsyncStore store,
        TransferItem item,
        bool overwrite,
        IProgress<long> progress,
        CancellationToken token
    )
    {
        if (!overwrite && File.Exists(item.LocalPath))
            throw new AlreadyExistsException("The local file already exists. Use --overwrite to replace it.", item.LocalPath);
        var folder = Path.GetDirectoryName(item.LocalPath)!;
        Directory.CreateDirectory(folder);
        // Not derived from the file's name, which may already have the maximum length.
        var part = Path.Join(folder, $".{Guid.NewGuid():N}.part");
        try
        {
            await DownloadAsync(store, item.RemotePath, part, progress, token).ConfigureAwait(false);
            LocalFile.Publish(part, item.LocalPath, overwrite);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task DownloadAsync(AsyncStore store, string path, string part, IProgress<long> progress, CancellationToken token)
    {
        var stream = await store.ReadAsync(path, null, token).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
            await using (file.ConfigureAwait(false))
                await new CountingStream(stream, progress).CopyToAsync(file, 256 * 1024, token).ConfigureAwait(false);
        }
    }
}
