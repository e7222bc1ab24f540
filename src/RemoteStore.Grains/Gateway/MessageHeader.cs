namespace RemoteStore.Grains;

/// <summary>The header of a message in Orleans 10, as far as it is needed to judge and to change it.</summary>
internal ref struct MessageHeader
{
    internal MessageFlags Flags { get; private set; }

    internal ReadOnlySpan<byte> SenderType { get; private set; }

    internal ReadOnlySpan<byte> SenderKey { get; private set; }

    internal ReadOnlySpan<byte> TargetType { get; private set; }

    /// <summary>Where the silo starts that the message is to go to, and where it ends.</summary>
    internal Range TargetSilo { get; private set; }

    /// <summary>Where the request context starts, which is last; where the header ends if there is none.</summary>
    internal int Context { get; private set; }

    /// <summary>Reads a header up to the request context; one with updates of the directory is not read further than to these.</summary>
    /// <returns>False when the bytes are no header.</returns>
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
