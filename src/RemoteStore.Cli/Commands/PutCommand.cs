using System.CommandLine;
using RemoteStore.Cli.Transfers;

namespace RemoteStore.Cli.Commands;

internal static class PutCommand
{
    private const string StandardInput = "-";

    internal static Command Create(CliApp app)
    {
        var local = new Argument<string>("local") { Description = "A file, a folder with -r, or '-' for standard input." };
        var remote = new Argument<string?>("path")
        {
            Description = "The path in the store; default the local name; a trailing '/' keeps the name.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var recursive = new Option<bool>("--recursive", "-r")
        {
            Description = "Include everything below a folder. Links, pipes, sockets and devices are skipped and reported.",
        };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace existing files." };
        var ifMatch = new Option<string?>("--if-match") { Description = "Replace only the version with this ETag; for one file." };
        var createOnly = new Option<bool>("--create-only") { Description = "Fail if the file exists, decided atomically with the commit." };
        var contentType = new Option<string?>("--content-type") { Description = "The media type to store." };
        var parallel = ParallelOption();
        var command = new Command("put", "Uploads local files, each atomically.")
        {
            local,
            remote,
            recursive,
            overwrite,
            ifMatch,
            createOnly,
            contentType,
            parallel,
        };
        return app.Action(
            command,
            async (store, parsed, token) =>
            {
                var options = new WriteOptions
                {
                    Overwrite = parsed.GetValue(overwrite),
                    IfMatch = parsed.GetValue(ifMatch),
                    IfNoneMatch = parsed.GetValue(createOnly) ? WriteOptions.Any : null,
                    ContentType = parsed.GetValue(contentType),
                };
                var source = parsed.GetValue(local)!;
                var target = parsed.GetValue(remote);
                if (source == StandardInput)
                    return await StandardInputAsync(app, store, target, options, token).ConfigureAwait(false);
                var run = new TransferRun(app.Console, parsed.GetValue(parallel));
                var isTree = parsed.GetValue(recursive) && Directory.Exists(source);
                if (isTree)
                    StoreTree.RefuseCondition(options.IfMatch, source);
                var items = isTree ? Tree(app, run, source, target) : One(source, target);
                return await run.RunAsync(
                        items.ToAsyncEnumerable(),
                        (item, progress, t) => SendAsync(store, item, options, progress, t),
                        token
                    )
                    .ConfigureAwait(false);
            }
        );
    }

    internal static Option<int> ParallelOption() =>
        new("--parallel")
        {
            Description = "The number of concurrent transfers, 1 to 64; default 8.",
            DefaultValueFactory = _ => 8,
            Validators =
            {
                r =>
                {
                    if (r.GetValueOrDefault<int>() is < 1 or > 64)
                        r.AddError("--parallel must be between 1 and 64");
                },
            },
        };

    private static async Task<int> StandardInputAsync(
        CliApp app,
        AsyncStore store,
        string? target,
        WriteOptions options,
        CancellationToken token
    )
    {
        if (string.IsNullOrEmpty(target) || target.EndsWith('/'))
            throw new ArgumentException("a path in the store must be given with standard input");
        var input = Console.OpenStandardInput();
        await using (input.ConfigureAwait(false))
        {
            var result = await store.WriteAtomicAsync(target, input, options, token).ConfigureAwait(false);
            app.Console.Remark($"{result.Path}: {result.Size} bytes");
        }

        return ExitCodes.Ok;
    }

    private static IEnumerable<TransferItem> One(string source, string? target)
    {
        var file = new FileInfo(source);
        if (!file.Exists)
            throw Directory.Exists(source)
                ? new ArgumentException($"{source} is a folder: use -r")
                : new FileNotFoundException($"{source}: no such file");
        var path =
            string.IsNullOrEmpty(target) ? LocalTree.PathOf(file.Name)
            : target.EndsWith('/') ? RemotePath.Parse(target) / LocalTree.PathOf(file.Name).Value
            : RemotePath.Parse(target);
        return [new TransferItem(file.FullName, path.Value, file.Length)];
    }

    private static IEnumerable<TransferItem> Tree(CliApp app, TransferRun run, string source, string? target)
    {
        var root = Path.GetFullPath(source);
        var prefix = string.IsNullOrEmpty(target) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(root)) : target;
        var tree = new LocalTree(skipped => app.Console.Remark($"skipped, not a regular file: {skipped}"), run.Fail);
        foreach (var file in tree.Files(root))
        {
            if (TryItem(run, root, prefix, file) is { } item)
                yield return item;
        }
    }

    private static TransferItem? TryItem(TransferRun run, string root, string prefix, FileInfo file)
    {
        try
        {
            var relative = LocalTree.PathOf(Path.GetRelativePath(root, file.FullName));
            var path = prefix is "." or "/" ? relative : RemotePath.Parse(prefix) / relative.Value;
            return new TransferItem(file.FullName, path.Value, file.Length);
        }
        catch (InvalidPathException e)
        {
            run.Fail(file.FullName, e);
            return null;
        }
    }

    private static async Task SendAsync(
        AsyncStore store,
        TransferItem item,
        WriteOptions options,
        IProgress<long> progress,
        CancellationToken token
    )
    {
        var file = new FileStream(
            item.LocalPath,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            0,
            FileOptions.SequentialScan
        );
        await using (file.ConfigureAwait(false))
            await store.WriteAtomicAsync(item.RemotePath, new CountingStream(file, progress), options, token).ConfigureAwait(false);
    }
}
