using System.Buffers;
using System.Text;
using Orleans.Runtime.Placement;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;

namespace RemoteStore.Grains;

/// <summary>
/// What of a client's request context enters the cluster: its trace, and the silo it would like a grain in. Anything else could steer
/// silos: the context says, for example, which calls may enter a grain in the middle of another one.
/// </summary>
internal sealed class RequestContextRules(SerializerSessionPool sessions)
{
    // What is nested is skipped by recursion: no deeper than there are bytes. A larger context is dropped as a whole.
    private const int MaxContext = 4096;
    private const int FewBytes = 64;
    private static readonly byte[][] Allowed =
    [
        .. new[] { "traceparent", "tracestate", "baggage", "Correlation-Context", IPlacementDirector.PlacementHintKey }.Select(
            Encoding.ASCII.GetBytes
        ),
    ];

    /// <summary>An entry as it is written into a request context.</summary>
    internal static byte[] Entry(string key, string value, SerializerSessionPool sessions)
    {
        using var session = sessions.GetSession();
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, session);
        var name = Encoding.UTF8.GetBytes(key);
        writer.WriteVarUInt32((uint)name.Length + 1);
        writer.Write(name);
        ObjectCodec.WriteField(ref writer, 0, value);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A request context with one entry.</summary>
    internal static byte[] Alone(byte[] entry, SerializerSessionPool sessions)
    {
        using var session = sessions.GetSession();
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, session);
        writer.WriteVarUInt32(1);
        writer.Write(entry);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Writes a header with another context, and to another silo if one is given.</summary>
    /// <param name="header">Its parts.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="silo">The silo that it goes to in place of its own; null for its own.</param>
    /// <param name="own">The entry that the silo adds; empty for none.</param>
    /// <returns>Null when the context cannot be read.</returns>
    internal byte[]? Rewrite(in MessageHeader header, ReadOnlySpan<byte> bytes, byte[]? silo, ReadOnlySpan<byte> own)
    {
        if (Kept(header, bytes) is not { } kept)
            return null;
        using var session = sessions.GetSession();
        var result = new ArrayBufferWriter<byte>(bytes.Length + own.Length + FewBytes);
        var writer = Writer.Create(result, session);
        var count = kept.Count + (own.IsEmpty ? 0 : 1);
        var flags = header.Flags & ~MessageFlags.HasRequestContext;
        writer.WriteUInt32((uint)(count == 0 ? flags : flags | MessageFlags.HasRequestContext));
        writer.Write(bytes[sizeof(uint)..header.TargetSilo.Start.Value]);
        writer.Write(silo ?? bytes[header.TargetSilo]);
        writer.Write(bytes[header.TargetSilo.End.Value..header.Context]);
        if (count > 0)
            writer.WriteVarUInt32((uint)count);
        foreach (var range in kept)
            writer.Write(bytes[range]);
        writer.Write(own);
        writer.Commit();
        return result.WrittenSpan.ToArray();
    }

    private List<Range>? Kept(in MessageHeader header, ReadOnlySpan<byte> bytes)
    {
        if (!header.Flags.HasFlag(MessageFlags.HasRequestContext) || bytes.Length - header.Context > MaxContext)
            return [];
        try
        {
            return Kept(bytes, header.Context);
        }
        catch (Exception)
        {
            // Any bytes may have come, and so may any failure.
            return null;
        }
    }

    private List<Range> Kept(ReadOnlySpan<byte> bytes, int start)
    {
        using var session = sessions.GetSession();
        var reader = Reader.Create(bytes[start..], session);
        var kept = new List<Range>();
        for (var left = reader.ReadVarUInt32(); left > 0; left--)
        {
            var from = (int)reader.Position;
            var name = reader.ReadBytes(Math.Min(reader.ReadVarUInt32() - 1, MaxContext));
            reader.ConsumeUnknownField(reader.ReadFieldHeader());
            if (Allowed.Any(a => a.AsSpan().SequenceEqual(name)))
                kept.Add(new Range(start + from, start + (int)reader.Position));
        }

        return kept;
    }
}
