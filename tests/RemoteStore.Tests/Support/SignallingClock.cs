using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace RemoteStore.Tests;

/// <summary>A clock that the test moves, and that reports it of every wait that begins.</summary>
internal sealed class SignallingClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    internal ChannelReader<TimeSpan> Waits => _waits.Reader;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ToldTimer(base.CreateTimer(callback, state, dueTime, period), Tell);
        Tell(dueTime);
        return timer;
    }

    /// <summary>Returns when a wait of this length has begun; earlier ones of other lengths are passed over.</summary>
    internal async Task WaitAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        while (await _waits.Reader.ReadAsync(cancellationToken) != length) { }
    }

    private void Tell(TimeSpan dueTime)
    {
        if (dueTime >= TimeSpan.Zero)
            _waits.Writer.TryWrite(dueTime);
    }

    private sealed class ToldTimer(ITimer inner, Action<TimeSpan> tell) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            tell(dueTime);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
