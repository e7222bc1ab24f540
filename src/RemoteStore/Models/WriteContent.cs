using System.Text;

namespace RemoteStore;

/// <summary>The content to write: bytes, or a stream that is read from its current position to its end and is not disposed.</summary>
public readonly struct WriteContent
{
    private readonly Stream? _stream;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Content held in memory. It must not change until the write has completed.</summary>
    /// <param name="bytes">The bytes.</param>
    public WriteContent(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Content read from a stream.</summary>
    /// <param name="stream">A readable stream; the caller keeps ownership and disposes it.</param>
    public WriteContent(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
            throw new ArgumentException("The content stream must be readable.", nameof(stream));
        _stream = stream;
    }

    /// <summary>The stream, when the content is one.</summary>
    public Stream? Stream => _stream;

    /// <summary>The bytes, when the content is not a stream.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The number of bytes; null when it is known only after reading.</summary>
    public long? Length =>
        _stream is null ? _bytes.Length
        : _stream.CanSeek ? Math.Max(0, _stream.Length - _stream.Position)
        : null;

    /// <summary>Content held in memory.</summary>
    /// <param name="bytes">The bytes.</param>
    public static implicit operator WriteContent(byte[] bytes) => FromBytes(bytes);

    /// <summary>Content held in memory.</summary>
    /// <param name="bytes">The bytes.</param>
    public static implicit operator WriteContent(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Content held in memory.</summary>
    /// <param name="bytes">The bytes.</param>
    public static implicit operator WriteContent(Memory<byte> bytes) => new(bytes);

    /// <summary>Content read from a stream.</summary>
    /// <param name="stream">A readable stream; the caller keeps ownership and disposes it.</param>
    public static implicit operator WriteContent(Stream stream) => new(stream);

    /// <summary>Content held in memory.</summary>
    /// <param name="bytes">The bytes.</param>
    public static WriteContent FromBytes(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new WriteContent(bytes.AsMemory());
    }

    /// <summary>Content held in memory.</summary>
    /// <param name="bytes">The bytes.</param>
    public static WriteContent FromReadOnlyMemory(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Content read from a stream.</summary>
    /// <param name="stream">A readable stream.</param>
    public static WriteContent FromStream(Stream stream) => new(stream);

    /// <summary>Text, encoded as UTF-8 without a byte-order mark unless another encoding is given.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encoding">The encoding; default UTF-8.</param>
    public static WriteContent FromText(string text, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WriteContent((encoding ?? TextEncoding.Default).GetBytes(text));
    }
}
