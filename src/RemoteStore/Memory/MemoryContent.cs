namespace RemoteStore.Memory;

/// <summary>Immutable bytes in blocks, so that a large file needs no large array and a reader needs no copy.</summary>
internal sealed class MemoryContent
{
    private const int MaxBlock = 1024 * 1024;
    private readonly byte[][] _blocks;

    private MemoryContent(byte[][] blocks, long length)
    {
        _blocks = blocks;
        Length = length;
    }

    internal long Length { get; }

    internal static MemoryContent Copy(ReadOnlySpan<byte> bytes)
    {
        var builder = new Builder();
        builder.Append(bytes);
        return builder.Build();
    }

    /// <summary>Copies bytes from an offset; returns the number of bytes copied.</summary>
    internal int CopyTo(long offset, Span<byte> target)
    {
        var copied = 0;
        while (copied < target.Length && offset + copied < Length)
        {
            var (block, start) = Math.DivRem(offset + copied, MaxBlock);
            var source = _blocks[block].AsSpan((int)start);
            var count = Math.Min(source.Length, target.Length - copied);
            source[..count].CopyTo(target[copied..]);
            copied += count;
        }

        return copied;
    }

    /// <summary>Passes the first bytes to the callback, block by block.</summary>
    internal void ShowBlocks(long length, Action<ReadOnlyMemory<byte>> show)
    {
        foreach (var block in _blocks)
        {
            var count = (int)Math.Min(length, block.Length);
            if (count == 0)
                return;
            show(block.AsMemory(0, count));
            length -= count;
        }
    }

    /// <summary>Collects bytes; all blocks but the last are full.</summary>
    internal sealed class Builder
    {
        private readonly List<byte[]> _blocks = [];
        private byte[] _last = [];
        private int _used;
        private long _length;

        internal long Length => _length;

        internal void Append(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (_used == _last.Length)
                    Grow(bytes.Length);
                var count = Math.Min(bytes.Length, _last.Length - _used);
                bytes[..count].CopyTo(_last.AsSpan(_used));
                _used += count;
                _length += count;
                bytes = bytes[count..];
            }
        }

        internal MemoryContent Build()
        {
            if (_used < _last.Length)
                Array.Resize(ref _last, _used);
            return new MemoryContent(_used == 0 ? [.. _blocks] : [.. _blocks, _last], _length);
        }

        private void Grow(int wanted)
        {
            if (_used == MaxBlock)
            {
                _blocks.Add(_last);
                (_last, _used) = ([], 0);
            }

            var size = Math.Min(MaxBlock, Math.Max(_used + wanted, _used * 2));
            Array.Resize(ref _last, size);
        }
    }
}
