using RemoteStore;
using RemoteStore.Cli;

if (SshAskPass.TryAnswer(args))
    return 0;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var output = Console.OpenStandardOutput();
await using (output.ConfigureAwait(false))
{
    using var console = new CliConsole(output, Console.Error, !Console.IsErrorRedirected && !Console.IsOutputRedirected);
    return await new CliApp(console, StoreOpener.OpenAsync).RunAsync(args, stop.Token).ConfigureAwait(false);
}
