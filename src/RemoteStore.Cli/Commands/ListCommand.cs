using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace RemoteStore.Cli.Commands;

internal static class ListCommand
{
    internal static Command Create(CliApp app)
    {
        var path = new Argument<string>("path") { Description = "The folder; default the root.", DefaultValueFactory = _ => "" };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Include sub-folders." };
        var lengthy = new Option<bool>("--long", "-l") { Description = "Show size, time (UTC) and ETag." };
        var json = new Option<bool>("--json") { Description = "Write one JSON object per line, with the values of -l." };
        var command = new Command("ls", "Lists a folder (folders end with '/'), or one file.") { path, recursive, lengthy, json };
        return app.Action(
            command,
            async (store, parsed, token) =>
            {
                var options = new ListOptions { Recursive = parsed.GetValue(recursive) };
                Func<RemoteEntry, string> format =
                    parsed.GetValue(json) ? Json
                    : parsed.GetValue(lengthy) ? Long
                    : Short;
                var isEmpty = true;
                await foreach (var entry in store.ListAsync(parsed.GetValue(path)!, options, token).ConfigureAwait(false))
                {
                    app.Console.Line(format(entry));
                    isEmpty = false;
                }

                // The listing of a file, or of a missing path, is empty too.
                if (isEmpty && !await store.IsFolderAsync(parsed.GetValue(path)!, token).ConfigureAwait(false))
                    app.Console.Line(format(await store.GetFileInfoAsync(parsed.GetValue(path)!, token).ConfigureAwait(false)));
                return ExitCodes.Ok;
            }
        );
    }

    internal static string Json(RemoteEntry entry) =>
        entry is RemoteFileInfo file
            ? JsonSerializer.Serialize(
                new
                {
                    type = "file",
                    path = file.Path,
                    size = file.Size,
                    lastModified = file.LastModified,
                    etag = file.ETag,
                    contentType = file.ContentType,
                    digest = file.Digest?.ToString(),
                    metadata = file.Metadata?.ToDictionary(),
                }
            )
            : JsonSerializer.Serialize(new { type = "folder", path = entry.Path });

    private static string Short(RemoteEntry entry) => entry is RemoteFolderEntry ? entry.Path + "/" : entry.Path;

    private static string Long(RemoteEntry entry) =>
        entry is RemoteFileInfo file
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Size, 14} {file.LastModified?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {file.ETag ?? "-", -24} {file.Path}"
            )
            : $"{"-", 14} {"-", -20} {"-", -24} {entry.Path}/";
}
