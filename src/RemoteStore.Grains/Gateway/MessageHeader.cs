namespace RemoteStore.Grains;

/// <summary>A message header of Orleans 10, parsed as far as needed to validate and rewrite it.</summary>
internal ref struct MessageHeader
{
    internal MessageFlags Flags { get; private set; }

    internal ReadOnlySpan<byte> SenderType { get; private set; }

    internal ReadOnlySpan<byte> SenderKey { get; private set; }

    internal ReadOnlySpan<byte> TargetType { get; private set; }

    /// <summary>The position of the target silo's address: start and end.</summary>
    internal Range TargetSilo { get; private set; }

    /// <summary>The start of the request context, which is the last field; the end of the header if there is none.</summary>
    internal int Context { get; private set; }

    /// <summary>Reads a header up to the request context. A header with directory updates is read only up to these.</summary>
    /// <returns>False when the bytes are not a valid header.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out MessageHeader header)
    {
        header = default;
        var reader = new MessageReader(bytes);
        if (
            !reader.TryInt32(out var flags)
            || !reader.TrySkip(sizeof(long))
            || !reader.TryIdPart(out var senderType)
            || !reader.TryIdPart(out var senderKey)
            || !reader.TryIdPart(out var targetType)
            || !reader.TryIdPart(out _)
            || !reader.TryBlock(out _)
        )
        {
            return false;
        }

        var silo = reader.Position;
        if (!reader.TryBlock(out _))
            return false;
        header.TargetSilo = new Range(silo, reader.Position);
        header.Flags = (MessageFlags)flags;
        header.SenderType = senderType;
        header.SenderKey = senderKey;
        header.TargetType = targetType;
        if (!TrySkipOptional(header.Flags, ref reader))
            return false;
        header.Context = reader.Position;
        return (header.Flags & (MessageFlags.HasRequestContext | MessageFlags.HasCacheInvalidation)) != 0
            || reader.Position == bytes.Length;
    }

    private static bool TrySkipOptional(MessageFlags flags, ref MessageReader reader) =>
        (!flags.HasFlag(MessageFlags.HasTimeToLive) || reader.TrySkip(sizeof(int)))
        && (!flags.HasFlag(MessageFlags.HasInterfaceType) || reader.TryIdPart(out _))
        && (!flags.HasFlag(MessageFlags.HasInterfaceVersion) || reader.TryVariable(out _));
}
