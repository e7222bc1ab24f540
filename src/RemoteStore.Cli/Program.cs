using RemoteStore;
using RemoteStore.Cli;

if (SshAskPass.TryAnswer(args))
    return 0;
using var signals = new StopSignals();
using var console = new CliConsole(StandardOutput.Open(), Console.Error, !Console.IsErrorRedirected && !Console.IsOutputRedirected);
return signals.ExitCode(await new CliApp(console, StoreOpener.OpenAsync).RunAsync(args, signals.Token).ConfigureAwait(false));
