using Microsoft.Extensions.Time.Testing;
using RemoteStore.Ownership;

namespace RemoteStore.Tests.Ownership;

public sealed class ReadRateTests
{
    [Fact]
    public void A_rate_is_high_from_the_read_that_fills_a_second_to_the_end_of_the_next()
    {
        var clock = new FakeTimeProvider();
        var rate = default(ReadRate);
        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(_ => rate.Count(1, 3, clock)));
        clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.True(rate.Count(1, 3, clock));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(rate.Count(1, 3, clock));
    }

    [Fact]
    public void A_rate_that_was_high_long_ago_is_not_high()
    {
        var clock = new FakeTimeProvider();
        var rate = default(ReadRate);
        for (var i = 0; i < 5; i++)
            rate.Count(1, 3, clock);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(rate.Count(1, 3, clock));
    }

    [Fact]
    public void A_read_may_represent_many_but_never_for_less_than_itself()
    {
        var clock = new FakeTimeProvider();
        var rate = default(ReadRate);
        Assert.False(rate.Count(-5, 3, clock));
        Assert.True(rate.Count(2, 3, clock));
        Assert.True(rate.Count(int.MaxValue, int.MaxValue, clock));
        Assert.True(rate.Count(int.MaxValue, int.MaxValue, clock));
    }
}
