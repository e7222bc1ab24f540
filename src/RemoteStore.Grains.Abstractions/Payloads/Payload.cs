using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace RemoteStore.Grains;

/// <summary>
/// Bytes sent within the cluster, usually in a pooled array. Sending transfers the ownership: the sender must not use
/// it afterwards. The receiver disposes it, once. Not thread-safe.
/// </summary>
/// <remarks>Within one process the instance itself is passed on, without a copy.</remarks>
[Alias("remotestore.payload")]
public sealed class Payload : IDisposable
{
    /// <summary>The largest size of one payload, in bytes: 4 MiB.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private readonly bool _pooled;
    private readonly int _length;
    private object? _owner;
    private ReadOnlyMemory<byte> _memory;
    private IDisposable? _held;

    private Payload(ReadOnlyMemory<byte> memory, byte[]? pooled)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memory.Length, MaxLength, nameof(memory));
        _memory = memory;
        _length = memory.Length;
        _pooled = pooled is not null;
        _owner = (object?)pooled ?? this;
    }

    /// <summary>The number of bytes.</summary>
    public int Length => _length;

    /// <summary>The bytes. Not available after the payload was disposed or sent.</summary>
    /// <exception cref="ObjectDisposedException">The payload was sent or disposed.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _owner) is null, this);
            return _memory;
        }
    }

    /// <summary>Takes ownership of an array rented from <c>ArrayPool&lt;byte&gt;.Shared</c>.</summary>
    /// <param name="rented">The array; the payload returns it.</param>
    /// <param name="length">The number of bytes used, from the first.</param>
    public static Payload FromRented(byte[] rented, int length)
    {
        ArgumentNullException.ThrowIfNull(rented);
        return new Payload(rented.AsMemory(0, length), rented);
    }

    /// <summary>Wraps bytes owned by another object that never changes them (a cache).</summary>
    /// <param name="bytes">The bytes.</param>
    public static Payload FromUnowned(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>Copies bytes into a pooled array.</summary>
    /// <param name="bytes">The bytes; they may change afterwards.</param>
    public static Payload CopyOf(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxLength, nameof(bytes));
        var rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(rented);
        return FromRented(rented, bytes.Length);
    }

    /// <summary>Returns the array to its pool; does nothing when the payload was already sent or disposed.</summary>
    public void Dispose()
    {
        if (TryTake(out _, out var pooled) && pooled is not null)
            ArrayPool<byte>.Shared.Return(pooled);
    }

    /// <summary>Disposes an object together with the payload, when the payload was sent or disposed.</summary>
    internal Payload Holding(IDisposable held)
    {
        _held = held;
        return this;
    }

    /// <summary>Ends the lifetime of the payload, once. The winner gets the bytes and returns the array, if any, to the pool.</summary>
    internal bool TryTake(out ReadOnlyMemory<byte> bytes, [MaybeNull] out byte[]? pooled)
    {
        var owner = Interlocked.Exchange(ref _owner, null);
        pooled = _pooled ? owner as byte[] : null;
        bytes = owner is null ? default : _memory;
        if (owner is not null)
        {
            _memory = default;
            _held?.Dispose();
        }

        return owner is not null;
    }
}
