using System.IO.Hashing;

namespace RemoteStore.Grains;

/// <summary>
/// The hash that both ends of a transfer compute of its bytes, to detect damaged or missing bytes (XXH3, 64 bits). It
/// does not protect against deliberate manipulation. Not thread-safe.
/// </summary>
public sealed class TransferHash
{
    private readonly XxHash3 _hash = new();

    /// <summary>The hash of all bytes so far.</summary>
    public ulong Current => _hash.GetCurrentHashAsUInt64();

    /// <summary>Adds the next bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public void Append(ReadOnlyMemory<byte> bytes) => _hash.Append(bytes.Span);
}
