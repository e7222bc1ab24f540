namespace RemoteStore.Processes.Tests;

/// <summary>A silo that starts over what a crashed writer left.</summary>
public sealed class SiloMaintenanceTests : ProcessTest
{
    [Fact]
    public async Task A_silo_tidies_its_backends_when_it_starts()
    {
        var left = Path.Combine(Folder, ".~tmp.f.0123456789abcdef");
        await File.WriteAllTextAsync(left, "half", Token);
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddDays(-2));
        await using var silo = SiloProcess.Start(["--data", Folder]);
        await silo.Process.LineAsync("Recovered 1 interrupted operations of disk", Token);
        Assert.False(File.Exists(left));
    }
}
