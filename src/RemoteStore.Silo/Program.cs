using RemoteStore;
using RemoteStore.Silo;

if (SshAskPass.TryAnswer(args))
    return 0;
if (args.Contains("--help"))
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

try
{
    var app = SiloHost.Build(args);
    await app.RunAsync().ConfigureAwait(false);
    return Environment.ExitCode;
}
catch (Exception e) when (StartFailure.Describe(e) is { } lines)
{
    foreach (var line in lines)
        await Console.Error.WriteLineAsync(line).ConfigureAwait(false);
    return 1;
}
