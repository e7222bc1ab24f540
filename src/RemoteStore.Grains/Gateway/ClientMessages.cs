using System.Buffers;
using System.Buffers.Binary;

namespace RemoteStore.Grains;

/// <summary>
/// Validates the messages of one client connection. No data of the client is trusted: the identity comes from the
/// connection and is written into each message here. Used by one reader at a time.
/// </summary>
internal sealed class ClientMessages(GatewayRules rules, ClientIdentity identity, ClientConnections connections) : IDisposable
{
    private const int LengthSize = sizeof(int);
    private const int FrameSize = 2 * sizeof(int);
    private const int MaxPreamble = 1024;
    private byte[] _scratch = [];
    private byte[] _changed = [];
    private GrainId? _client;
    private byte[]? _cancellation;
    private bool _isUsed;

    /// <summary>The id of the client; null until the client has sent it.</summary>
    internal GrainId? Client => _client;

    /// <summary>Validates all complete messages.</summary>
    /// <param name="input">The received bytes.</param>
    /// <param name="spliced">Receives the bytes to deliver instead of the received ones.</param>
    /// <returns>The end of the last complete message, and the reason of a refusal; the reason is null when no message is refused.</returns>
    internal (SequencePosition Judged, string? Refusal) Judge(ReadOnlySequence<byte> input, SplicedBytes spliced)
    {
        var rest = input;
        string? refusal = null;
        while (refusal is null && TryMeasure(rest, out var length, out refusal))
        {
            refusal = _client is null ? JudgePreamble(rest.Slice(LengthSize, length - LengthSize)) : JudgeMessage(rest, length, spliced);
            rest = rest.Slice(length);
        }

        return (rest.Start, refusal);
    }

    public void Dispose()
    {
        if (_isUsed)
            connections.EndUse(_client!.Value);
        _isUsed = false;
    }

    /// <summary>Whether a message is complete, and its length.</summary>
    private bool TryMeasure(ReadOnlySequence<byte> rest, out long length, out string? refusal)
    {
        (length, refusal) = (0, null);
        var size = _client is null ? LengthSize : FrameSize;
        if (rest.Length < size)
            return false;
        Span<byte> lengths = stackalloc byte[FrameSize];
        rest.Slice(0, size).CopyTo(lengths);
        var first = BinaryPrimitives.ReadInt32LittleEndian(lengths);
        var second = _client is null ? 0 : BinaryPrimitives.ReadInt32LittleEndian(lengths[LengthSize..]);
        var isValid = _client is null
            ? first is > 0 and <= MaxPreamble
            : first > 0 && first <= rules.MaxHeader && second >= 0 && second <= rules.MaxBody;
        if (!isValid)
            refusal = GatewayRules.Malformed;
        length = size + (long)first + second;
        return isValid && rest.Length >= length;
    }

    private string? JudgePreamble(ReadOnlySequence<byte> preamble)
    {
        if (!rules.TryReadClient(preamble.ToArray(), out var client))
            return GatewayRules.Malformed;
        _client = client;
        _isUsed = connections.TryUse(client, identity.Principal);
        return _isUsed ? null : GatewayRules.Identity;
    }

    private string? JudgeMessage(ReadOnlySequence<byte> message, long length, SplicedBytes spliced)
    {
        Span<byte> size = stackalloc byte[LengthSize];
        message.Slice(0, LengthSize).CopyTo(size);
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(size);
        var bytes = Whole(message.Slice(FrameSize, headerLength));
        if (!MessageHeader.TryRead(bytes, out var header))
            return GatewayRules.Malformed;
        var body = message.Slice(FrameSize + headerLength, length - FrameSize - headerLength);
        var refusal = Refusal(header, body, out var call);
        return refusal ?? Deliver(message, header, bytes, call, spliced);
    }

    private string? Refusal(in MessageHeader header, ReadOnlySequence<byte> body, out ClientCall? call)
    {
        call = null;
        if (GatewayRules.Refusal(header.Flags) is { } refusal)
            return refusal;
        if (!header.SenderType.SequenceEqual(_client!.Value.Type.AsSpan()) || !header.SenderKey.SequenceEqual(_client.Value.Key.AsSpan()))
            return GatewayRules.Sender;
        return rules.Refusal(header, body, out call)
            ?? (call is { NamesCaller: true } && !IsOfCaller(call, body) ? GatewayRules.Sender : null)
            ?? (RequestShape.IsFlat(body) ? null : GatewayRules.Malformed);
    }

    /// <summary>A cancellation names the client whose call it cancels: this must be the sender.</summary>
    private bool IsOfCaller(ClientCall call, ReadOnlySequence<byte> body)
    {
        _cancellation ??= rules.BeginningOf(call, _client!.Value);
        return body.Length >= _cancellation.Length && body.Slice(0, _cancellation.Length).ToArray().AsSpan().SequenceEqual(_cancellation);
    }

    private string? Deliver(
        ReadOnlySequence<byte> message,
        in MessageHeader header,
        ReadOnlySpan<byte> bytes,
        ClientCall? call,
        SplicedBytes spliced
    )
    {
        if (header.Flags.HasFlag(MessageFlags.HasRequestContext) || call is { IsSystem: true })
        {
            if (rules.Rewrite(header, bytes, call, identity) is not { } changed)
                return GatewayRules.Malformed;
            Replace(message, bytes.Length, changed, spliced);
        }
        else if (identity.Context.Length > 0)
        {
            Replace(message, bytes.Length, WithContext(header, bytes), spliced);
        }

        return null;
    }

    /// <summary>The most common case: a message of a client with a certificate needs only the principal's entry.</summary>
    private ReadOnlySpan<byte> WithContext(in MessageHeader header, ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length + identity.Context.Length;
        if (_changed.Length < length)
            _changed = new byte[2 * length];
        BinaryPrimitives.WriteUInt32LittleEndian(_changed, (uint)(header.Flags | MessageFlags.HasRequestContext));
        bytes[sizeof(uint)..].CopyTo(_changed.AsSpan(sizeof(uint)));
        identity.Context.CopyTo(_changed.AsSpan(bytes.Length));
        return _changed.AsSpan(0, length);
    }

    private static void Replace(ReadOnlySequence<byte> message, int headerLength, ReadOnlySpan<byte> header, SplicedBytes spliced)
    {
        Span<byte> length = stackalloc byte[LengthSize];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        spliced.Replace(message.Start, message.GetPosition(LengthSize), length);
        spliced.Replace(message.GetPosition(FrameSize), message.GetPosition(FrameSize + headerLength), header);
    }

    private ReadOnlySpan<byte> Whole(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
            return bytes.FirstSpan;
        if (_scratch.Length < bytes.Length)
            _scratch = new byte[bytes.Length];
        bytes.CopyTo(_scratch);
        return _scratch.AsSpan(0, (int)bytes.Length);
    }
}
