namespace RemoteStore.Processes.Tests;

/// <summary>The sample of a synchronous batch job, as a process over a silo that does not stay.</summary>
public sealed class LegacyBatchJobTests : ClusterTest
{
    private const int Files = 1_200;

    [Fact]
    public async Task The_job_survives_a_restart_of_its_silo_in_the_middle()
    {
        string[] ports =
        [
            "--silo-port",
            $"{FreePorts.Next()}",
            "--gateway-port",
            $"{FreePorts.Next()}",
            "--http-port",
            $"{FreePorts.Next()}",
        ];
        string[] arguments = ["--data", Path.Combine(Folder, "data"), .. ports];
        await using var first = await SiloProcess.StartReadyAsync(arguments, cancellationToken: Token);
        await using var job = StartJob($"127.0.0.1:{ports[3]}");
        await job.LineAsync("200 files so far", Token);
        first.Send(Signal.Terminate);
        Assert.Equal(0, await first.ExitAsync(Token));
        await using var second = await SiloProcess.StartReadyAsync(arguments, cancellationToken: Token);

        Assert.Equal(0, await job.ExitAsync(Token));
        await job.LineAsync($"{Files} files written, {Files} verified", Token);
    }

    [Fact]
    public async Task The_job_ends_when_it_is_asked_to_with_calls_in_flight()
    {
        await using var silo = await SiloProcess.StartReadyAsync(["--data", Path.Combine(Folder, "data")], cancellationToken: Token);
        await using var job = StartJob(silo.Gateway);
        await job.LineAsync("100 files so far", Token);
        job.Send(Signal.Terminate);
        Assert.NotEqual(0, await job.ExitAsync(Token));
    }

    /// <summary>Where there is no ASP.NET Core: batch jobs run on images without it.</summary>
    [Fact]
    public async Task The_job_runs_on_the_plain_runtime()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        await using var silo = await SiloProcess.StartReadyAsync(["--data", Path.Combine(Folder, "data")], cancellationToken: Token);
        await using var job = StartJob(silo.Gateway, SampleProcess.PlainRuntime(Path.Combine(Folder, "runtime")));
        Assert.Equal(0, await job.ExitAsync(Token));
        await job.LineAsync($"{Files} files written, {Files} verified", Token);
    }

    private ChildProcess StartJob(string gateway, string host = "dotnet")
    {
        var source = Directory.CreateDirectory(Path.Combine(Folder, "in")).FullName;
        for (var i = 0; i < Files; i++)
            File.WriteAllBytes(Path.Combine(source, $"{i}.bin"), Bytes(i));
        return SampleProcess.StartOn(host, "LegacyBatchJob", gateway, "main", source, "job");
    }
}
