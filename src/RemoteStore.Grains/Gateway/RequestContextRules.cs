using System.Buffers;
using System.Text;
using Orleans.Runtime.Placement;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;

namespace RemoteStore.Grains;

/// <summary>
/// Filters the request context of a client. Only its trace and the preferred silo for placement enter the cluster. Other
/// entries could control silos: for example, the context determines which calls may be interleaved with a running one.
/// </summary>
internal sealed class RequestContextRules(SerializerSessionPool sessions)
{
    // Nested values are skipped by recursion, so the size bounds the depth. A larger context is dropped as a whole.
    private const int MaxContext = 4096;
    private const int FewBytes = 64;
    private static readonly byte[][] Allowed =
    [
        .. new[] { "traceparent", "tracestate", "baggage", "Correlation-Context", IPlacementDirector.PlacementHintKey }.Select(
            Encoding.ASCII.GetBytes
        ),
    ];

    /// <summary>Encodes an entry of a request context.</summary>
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

    /// <summary>Encodes a request context with one entry.</summary>
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

    /// <summary>Rewrites a header with a filtered context and, if given, another target silo.</summary>
    /// <param name="header">The parsed header.</param>
    /// <param name="bytes">The bytes of the header.</param>
    /// <param name="silo">The new target silo; null to keep the one in the header.</param>
    /// <param name="own">The entry that this silo adds; empty for none.</param>
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
            // The bytes are arbitrary, and so is the exception.
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
