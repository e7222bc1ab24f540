using System.CommandLine;

namespace RemoteStore.Cli.Commands;

internal static class CatCommand
{
    internal static Command Create(CliApp app)
    {
        var paths = new Argument<string[]>("path") { Description = "One or more files.", Arity = ArgumentArity.OneOrMore };
        var offset = new Option<long>("--offset") { Description = "The first byte, from 0." };
        var length = new Option<long?>("--length") { Description = "The largest number of bytes." };
        var command = new Command("cat", "Writes files to standard output.") { paths, offset, length };
        return app.Action(
            command,
            async (store, parsed, token) =>
            {
                var options = ReadOptions.At(parsed.GetValue(offset), parsed.GetValue(length));
                foreach (var path in parsed.GetValue(paths)!)
                {
                    var stream = await store.ReadAsync(path, options, token).ConfigureAwait(false);
                    await using (stream.ConfigureAwait(false))
                        await stream.CopyToAsync(app.Console.Output, token).ConfigureAwait(false);
                }

                return ExitCodes.Ok;
            }
        );
    }
}
