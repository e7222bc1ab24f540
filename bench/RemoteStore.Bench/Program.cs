using RemoteStore.Bench;

if (args.Contains("--floor-silo"))
{
    await FloorSilo.RunAsync(args);
    return 0;
}

if (args.Contains("--hop"))
{
    await HopWork.RunAsync(args);
    return 0;
}

if (args.Contains("--hot-client"))
{
    await HotClient.RunAsync(args);
    return 0;
}

return BenchRun.Run(args);
