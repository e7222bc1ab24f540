using System.IO.Hashing;

namespace RemoteStore.Grains;

/// <summary>
/// The hash that both ends of a transfer take of its bytes, to find what was damaged or left out on the way (XXH3, 64 bits). It is no
/// protection against somebody who wants to deceive. Not for use by two threads at once.
/// </summary>
public sealed class TransferHash
{
    private readonly XxHash3 _hash = new();

    /// <summary>The hash of all bytes so far.</summary>
    public ulong Current => _hash.GetCurrentHashAsUInt64();

    /// <summary>Takes in the next bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Append(ReadOnlyMemory<byte> bytes) => _hash.Append(bytes.Span);
}
