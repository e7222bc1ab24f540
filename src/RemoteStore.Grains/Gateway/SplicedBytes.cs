using System.Buffers;

namespace RemoteStore.Grains;

/// <summary>
/// The received bytes with parts replaced; the remainder is not copied. Reused for each read: a returned sequence is
/// valid until the next one.
/// </summary>
internal sealed class SplicedBytes
{
    private readonly List<Segment> _segments = [];
    private byte[] _inserted = [];
    private int _used;
    private int _filled;
    private ReadOnlySequence<byte> _input;
    private SequencePosition _passed;

    internal void Begin(ReadOnlySequence<byte> input) => (_input, _passed, _used, _filled) = (input, input.Start, 0, 0);

    /// <summary>Replaces a part, which must follow the parts replaced before.</summary>
    /// <param name="from">The start of the part.</param>
    /// <param name="to">The end of the part.</param>
    /// <param name="bytes">The replacement; it is copied.</param>
    internal void Replace(SequencePosition from, SequencePosition to, ReadOnlySpan<byte> bytes)
    {
        Append(_input.Slice(_passed, from));
        // Segments already returned keep the old array when it has become too small.
        if (_inserted.Length - _filled < bytes.Length)
            (_inserted, _filled) = (new byte[Math.Max(1024, 2 * (_filled + bytes.Length))], 0);
        bytes.CopyTo(_inserted.AsSpan(_filled));
        Append(_inserted.AsMemory(_filled, bytes.Length));
        _filled += bytes.Length;
        _passed = to;
    }

    /// <summary>The spliced bytes up to that position.</summary>
    internal ReadOnlySequence<byte> End(SequencePosition end)
    {
        if (_used == 0)
            return _input.Slice(_input.Start, end);
        Append(_input.Slice(_passed, end));
        var last = _segments[_used - 1];
        return new ReadOnlySequence<byte>(_segments[0], 0, last, last.Memory.Length);
    }

    private void Append(ReadOnlySequence<byte> bytes)
    {
        foreach (var memory in bytes)
            Append(memory);
    }

    private void Append(ReadOnlyMemory<byte> memory)
    {
        if (memory.IsEmpty)
            return;
        if (_used == _segments.Count)
            _segments.Add(new Segment());
        _segments[_used].Follow(_used == 0 ? null : _segments[_used - 1], memory);
        _used++;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal void Follow(Segment? before, ReadOnlyMemory<byte> memory)
        {
            (Memory, Next, RunningIndex) = (memory, null, before is null ? 0 : before.RunningIndex + before.Memory.Length);
            if (before is not null)
                before.Next = this;
        }
    }
}
