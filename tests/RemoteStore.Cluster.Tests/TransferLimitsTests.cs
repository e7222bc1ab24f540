using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>Who gives up a place when a silo is full, without a silo.</summary>
public sealed class TransferLimitsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_full_silo_ends_the_slowest_transfer_for_a_new_one()
    {
        var ended = new List<string>();
        var running = Running(3);
        var fast = running.Begin(10, null, () => ended.Add("fast"));
        running.Begin(10, null, () => ended.Add("slow"));
        var slower = running.Begin(10, null, () => ended.Add("slower"));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Throws<BackendUnavailableException>(() => running.Begin(10));
        _clock.Advance(TimeSpan.FromSeconds(2));
        fast.Moved(31 * 4096);
        slower.Moved(1);
        running.Begin(10, null, () => ended.Add("new"));
        running.Begin(10, null, () => ended.Add("newer"));
        Assert.Equal(["slow", "slower"], ended);
        Assert.Throws<BackendUnavailableException>(() => running.Begin(10));
        Assert.Equal((3, 30), (running.Count, running.Bytes));
        slower.Dispose();
        Assert.Equal((3, 30), (running.Count, running.Bytes));
    }

    [Fact]
    public void Slow_transfers_stay_while_there_is_room()
    {
        var running = Running(3);
        var ended = 0;
        running.Begin(10, null, () => ended++);
        _clock.Advance(TimeSpan.FromHours(1));
        running.Begin(10, null, () => ended++);
        Assert.Equal((0, 2), (ended, running.Count));
    }

    [Fact]
    public void Kept_bytes_count_until_they_are_gone_or_forgotten()
    {
        var staged = new StagedBytes("s", 100, _clock);
        var upload = staged.Open();
        upload.Add(60, "f");
        upload.Keep("t");
        upload.End();
        Assert.Equal(60, staged.Used);
        Assert.Throws<BackendUnavailableException>(() => staged.Open().Add(50, "g"));
        _clock.Advance(StagedBytes.Longest + TimeSpan.FromSeconds(1));
        var next = staged.Open();
        next.Add(50, "g");
        next.End();
        Assert.Equal(0, staged.Used);
        staged.Gone("t");
        Assert.Equal(0, staged.Used);
    }

    private RunningTransfers Running(int count) =>
        new(Options.Create(new SiloLimits { MaxTransfers = count, MaxTransferBytes = 1000 }), _clock);
}
