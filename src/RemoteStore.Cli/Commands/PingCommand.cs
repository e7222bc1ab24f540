using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace RemoteStore.Cli.Commands;

internal static class PingCommand
{
    internal static Command Create(CliApp app) =>
        app.Action(
            new Command("ping", "Checks the health of the store's backend."),
            async (store, _, token) =>
            {
                var started = Stopwatch.GetTimestamp();
                await store.CheckHealthAsync(token).ConfigureAwait(false);
                var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                app.Console.Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"ok: {store.Backend.Name} answered in {took:0.0} ms; it supports {store.Capabilities}"
                    )
                );
                return ExitCodes.Ok;
            }
        );
}
