using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using RemoteStore.Silo;

if (args.Contains("--help"))
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

try
{
    var app = SiloHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Describe(e) is { } lines)
{
    foreach (var line in lines)
        await Console.Error.WriteLineAsync(line);
    return 1;
}
