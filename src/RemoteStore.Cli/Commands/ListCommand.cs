using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace RemoteStore.Cli.Commands;

internal static class ListCommand
{
    internal static Command Create(CliApp app)
    {
        var path = new Argument<string>("path") { Description = "The folder; the root when left out.", DefaultValueFactory = _ => "" };
        var recursive = new Option<bool>("--recursive", "-r") { Description = "Go below sub-folders." };
        var lengthy = new Option<bool>("--long", "-l") { Description = "Show size, time (UTC) and ETag." };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("ls", "Lists files and folders (folders end with '/').") { path, recursive, lengthy, json };
        return app.Action(command, async (store, parsed, token) =>
        {
            var options = new ListOptions { Recursive = parsed.GetValue(recursive) };
            await foreach (var entry in store.ListAsync(parsed.GetValue(path)!, options, token).ConfigureAwait(false))
                app.Console.Line(parsed.GetValue(json) ? Json(entry) : parsed.GetValue(lengthy) ? Long(entry) : Short(entry));
            return ExitCodes.Ok;
        });
    }

    internal static string Json(RemoteEntry entry) => entry is RemoteFileInfo file
        ? JsonSerializer.Serialize(new
        {
            type = "file",
            path = file.Path,
            size = file.Size,
            modifiedAt = file.ModifiedAt,
            etag = file.ETag,
            contentType = file.ContentType,
            digest = file.Digest?.ToString(),
            metadata = file.Metadata?.ToDictionary(),
        })
        : JsonSerializer.Serialize(new { type = "folder", path = entry.Path });

    private static string Short(RemoteEntry entry) => entry is RemoteFolderEntry ? entry.Path + "/" : entry.Path;

    private static string Long(RemoteEntry entry) => entry is RemoteFileInfo file
        ? string.Create(CultureInfo.InvariantCulture, $"{file.Size,14} {file.ModifiedAt?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {file.ETag ?? "-",-24} {file.Path}")
        : $"{"-",14} {"-",-20} {"-",-24} {entry.Path}/";
}
