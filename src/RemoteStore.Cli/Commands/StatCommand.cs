using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace RemoteStore.Cli.Commands;

internal static class StatCommand
{
    internal static Command Create(CliApp app)
    {
        var path = new Argument<string>("path") { Description = "A file or a folder.", DefaultValueFactory = _ => "" };
        var json = new Option<bool>("--json") { Description = "Write one JSON object." };
        var command = new Command("stat", "Shows the metadata of a file, or the totals of a folder.") { path, json };
        return app.Action(
            command,
            async (store, parsed, token) =>
            {
                var name = parsed.GetValue(path)!;
                if (await store.IsFolderAsync(name, token).ConfigureAwait(false))
                    Folder(app.Console, await store.GetFolderInfoAsync(name, null, token).ConfigureAwait(false), parsed.GetValue(json));
                else if (parsed.GetValue(json))
                    app.Console.Line(ListCommand.Json(await store.GetFileInfoAsync(name, token).ConfigureAwait(false)));
                else
                    File(app.Console, await store.GetFileInfoAsync(name, token).ConfigureAwait(false));
                return ExitCodes.Ok;
            }
        );
    }

    private static void File(CliConsole console, RemoteFileInfo file)
    {
        Show(console, "path", file.Path);
        Show(console, "type", "file");
        Show(console, "size", file.Size.ToString(CultureInfo.InvariantCulture));
        Show(console, "modified", file.LastModified?.ToString("O", CultureInfo.InvariantCulture));
        Show(console, "etag", file.ETag);
        Show(console, "content-type", file.ContentType);
        Show(console, "digest", file.Digest?.ToString());
        foreach (var (key, value) in file.Metadata?.AsEnumerable() ?? [])
            Show(console, $"metadata.{key}", value);
    }

    private static void Folder(CliConsole console, RemoteFolderInfo folder, bool asJson)
    {
        if (asJson)
        {
            console.Line(
                JsonSerializer.Serialize(
                    new
                    {
                        type = "folder",
                        path = folder.Path,
                        files = folder.FileCount,
                        size = folder.TotalSize,
                        lastModified = folder.LastModified,
                    }
                )
            );
            return;
        }

        Show(console, "path", folder.Path.Length == 0 ? "." : folder.Path);
        Show(console, "type", "folder");
        Show(console, "files", folder.FileCount.ToString(CultureInfo.InvariantCulture));
        Show(console, "size", folder.TotalSize.ToString(CultureInfo.InvariantCulture));
        Show(console, "modified", folder.LastModified?.ToString("O", CultureInfo.InvariantCulture));
    }

    private static void Show(CliConsole console, string name, string? value)
    {
        if (value is not null)
            console.Line($"{name + ":", -14}{value}");
    }
}
