using RemoteStore.Sftp.Protocol;
using RemoteStore.Sftp.Sessions;

namespace RemoteStore.Sftp.Io;

/// <summary>
/// Reads a range of an open file. Sequential reading keeps a window of requests in flight, which grows step by step to its full size:
/// a prefix costs only the prefix, and a long read does not wait for round trips. A seek requests only the bytes that are read.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="handle">The open file.</param>
/// <param name="start">The first byte of the range.</param>
/// <param name="length">The length of the range, within the file.</param>
/// <param name="maxInFlight">The largest number of bytes in flight.</param>
internal sealed class ReadWindow(Session session, byte[] handle, long start, long length, int maxInFlight)
{
    private readonly LinkedList<Block> _blocks = new();
    private readonly int _blockSize = Math.Min(session.Features.ReadBlock, maxInFlight);
    private long _asked;
    private int _ahead = 1;
    private int _inFlight;

    /// <summary>Uses a read of the start that was already sent.</summary>
    internal void Begin(Reply reply, int count)
    {
        if (length > 0)
            Add(reply, 0, (int)Math.Min(count, length));
    }

    /// <summary>Reads the received bytes, at least one.</summary>
    /// <param name="position">The position, within the range and before its end.</param>
    /// <param name="buffer">The destination; not empty.</param>
    internal int Read(long position, Span<byte> buffer)
    {
        if (!IsNext(position))
            Restart(position, buffer.Length);
        while (_asked < length && _blocks.Count < _ahead && _inFlight + _blockSize <= maxInFlight)
            Ask((int)Math.Min(_blockSize, length - _asked));
        return Take(_blocks.First!, position, buffer);
    }

    private bool IsNext(long position) => _blocks.First is { } first ? first.Value.Holds(position) : position == _asked;

    // Replies still in flight are not awaited; the garbage collector reclaims their buffers.
    private void Restart(long position, int wanted)
    {
        _blocks.Clear();
        (_inFlight, _ahead, _asked) = (0, 1, position);
        Ask((int)Math.Min(Math.Min(wanted, _blockSize), length - position));
    }

    private void Ask(int count) => Add(session.Send(Requests.Read(handle, start + _asked, count)), _asked, count);

    private void Add(Reply reply, long offset, int count)
    {
        _blocks.AddLast(new Block(reply, offset, count));
        _asked = offset + count;
        _inFlight += count;
    }

    private int Take(LinkedListNode<Block> node, long position, Span<byte> buffer)
    {
        var block = node.Value;
        var data = block.Reply.Data();
        if (data.IsEmpty)
            throw new RemoteStoreException(
                $"The file was truncated while it was read: it ended after {start + block.Offset} bytes. Read it again."
            );
        // The first read is sent before the size is known, and may return more than the file had when it was opened.
        if (data.Length > block.Count)
            data = data[..block.Count];
        else if (data.Length < block.Count)
            AskRest(node, data.Length);
        var taken = data[(int)(position - block.Offset)..];
        taken = taken[..Math.Min(taken.Length, buffer.Length)];
        taken.Span.CopyTo(buffer);
        if (position + taken.Length == block.Offset + data.Length)
            Finish(node);
        return taken.Length;
    }

    /// <summary>A server may return less than was requested.</summary>
    private void AskRest(LinkedListNode<Block> node, int got)
    {
        var block = node.Value;
        var rest = session.Send(Requests.Read(handle, start + block.Offset + got, block.Count - got));
        node.Value = block with { Count = got };
        _blocks.AddAfter(node, new Block(rest, block.Offset + got, block.Count - got));
    }

    private void Finish(LinkedListNode<Block> node)
    {
        node.Value.Reply.Release();
        _inFlight -= node.Value.Count;
        _blocks.Remove(node);
        _ahead = Math.Min(_ahead * 2, Math.Max(1, maxInFlight / _blockSize));
    }

    private readonly record struct Block(Reply Reply, long Offset, int Count)
    {
        internal bool Holds(long position) => position >= Offset && position < Offset + Count;
    }
}
