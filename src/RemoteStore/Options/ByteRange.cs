namespace RemoteStore;

/// <summary>A part of a file's bytes.</summary>
/// <param name="Offset">The first byte, from 0. An offset at or past the end gives an empty read.</param>
/// <param name="Length">The maximum number of bytes; null for all up to the end.</param>
public readonly record struct ByteRange(long Offset, long? Length = null)
{
    /// <summary>Throws when the range is invalid.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset or the length is negative.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Offset, nameof(Offset));
        if (Length is { } length)
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(Length));
    }

    /// <summary>The number of bytes that the range selects in a file of the given size.</summary>
    /// <param name="size">The size of the file in bytes.</param>
    public long CountOf(long size)
    {
        var rest = Math.Max(0, size - Offset);
        return Length is { } length ? Math.Min(rest, length) : rest;
    }
}
