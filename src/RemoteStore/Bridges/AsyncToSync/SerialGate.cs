using System.Diagnostics.CodeAnalysis;

namespace RemoteStore;

/// <summary>One thread at a time; reentrant, for a write whose content is read from the same backend.</summary>
[SuppressMessage("Design", "CA1001", Justification = "No native resources are held, and calls that end after the close still use it.")]
internal sealed class SerialGate
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private int _owner;

    internal Turn Take(CancellationToken cancellationToken)
    {
        var me = Environment.CurrentManagedThreadId;
        if (Volatile.Read(ref _owner) == me)
            return default;
        _free.Wait(cancellationToken);
        Volatile.Write(ref _owner, me);
        return new Turn(this);
    }

    private void Leave()
    {
        Volatile.Write(ref _owner, 0);
        _free.Release();
    }

    internal readonly struct Turn(SerialGate? gate) : IDisposable
    {
        public void Dispose() => gate?.Leave();
    }
}
