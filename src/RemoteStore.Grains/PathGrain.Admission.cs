using Orleans.Serialization.Invocation;
using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>
/// Counts the bytes of calls when they arrive and not when their turn comes, because waiting calls are what fills the
/// memory. Calls with bytes therefore start immediately and wait for their turn at the owner.
/// </summary>
internal sealed partial class PathGrain
{
    /// <summary>One path may have one part in this many of the bytes that the silo may hold.</summary>
    private const int PathShare = 4;

    /// <summary>Smaller replies are not counted.</summary>
    private const int SmallReply = 16 * 1024;
    private long _waitingBytes;
    private GrainId? _caller;

    /// <summary>Called by Orleans, by name.</summary>
    public static bool CarriesBytes(IInvokable request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.GetArgumentCount() > 1 && request.GetArgument(1) is Payload;
    }

    /// <summary>
    /// Records the client of the call that begins: its bytes count for that client. Read before the first await of the call.
    /// </summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        _caller = context.SourceId is { } source && source.IsClient() ? source : null;
        return context.Invoke();
    }

    /// <summary>Counts the bytes of a write until it has ended.</summary>
    /// <exception cref="BackendUnavailableException">The path, or the silo, already holds too many bytes.</exception>
    private AdmittedBytes Admit(Payload content)
    {
        try
        {
            _ = Owner;
            if (content.Length > _store!.Options.InlineLimit)
                throw Refusals.TooLarge(content.Length, _store.Options.InlineLimit, _owner!.Key, _store.Name);
            if (_waitingBytes + content.Length > Math.Max(content.Length, transfers.Limits.MaxTransferBytes / PathShare))
                throw Refusals.Full($"Writes of {_waitingBytes} bytes are already waiting at the path.", _owner!.Key, _store.Name);
            var held = transfers.Hold(content.Length, _caller);
            _waitingBytes += content.Length;
            return new AdmittedBytes(this, held, content.Length);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>The bytes read, counted until they are sent: a client may request much and receive nothing.</summary>
    private Payload? PayloadOf(PathRead read) =>
        read switch
        {
            { Content: null } => null,
            { Rented: { } rented } => Counted(Payload.FromRented(rented, read.Content.Value.Length)),
            _ => Payload.FromUnowned(read.Content.Value),
        };

    private Payload Counted(Payload content)
    {
        if (content.Length < SmallReply)
            return content;
        try
        {
            return content.Holding(new HeldReply(transfers.Hold(content.Length)));
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private readonly struct AdmittedBytes(PathGrain grain, RunningTransfers.Held held, int count) : IDisposable
    {
        public void Dispose()
        {
            grain._waitingBytes -= count;
            held.Dispose();
        }
    }
}
