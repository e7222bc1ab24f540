namespace RemoteStore;

/// <summary>How to read.</summary>
public sealed record ReadOptions
{
    /// <summary>The whole file, whatever its version.</summary>
    public static ReadOptions Default { get; } = new();

    /// <summary>The bytes to read; null for all.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>Read only this version (an ETag): else <see cref="PreconditionFailedException"/>.</summary>
    public string? IfMatch { get; init; }

    /// <summary>A read of <paramref name="length"/> bytes from <paramref name="offset"/>.</summary>
    /// <param name="offset">The first byte, from 0.</param>
    /// <param name="length">The maximum number of bytes; null for all up to the end.</param>
    public static ReadOptions At(long offset, long? length = null) => new() { Range = new ByteRange(offset, length) };
}
