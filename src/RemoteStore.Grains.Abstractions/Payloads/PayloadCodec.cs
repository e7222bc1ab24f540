using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace RemoteStore.Grains;

/// <summary>Writes the bytes of a payload with a length prefix and returns its array to the pool; reads into a pooled array.</summary>
[RegisterSerializer]
public sealed class PayloadCodec : IFieldCodec<Payload>
{
    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, Payload? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType!, value))
            return;
        // Orleans resends a message when its connection is lost, and the first one may have arrived.
        if (!value!.TryTake(out var bytes, out var pooled))
            throw new SiloUnavailableException("The payload was already sent or disposed; it cannot be sent twice.");
        try
        {
            writer.WriteFieldHeader(fieldIdDelta, expectedType!, typeof(Payload), WireType.LengthPrefixed);
            writer.WriteVarUInt32((uint)bytes.Length);
            writer.Write(bytes.Span);
        }
        finally
        {
            if (pooled is not null)
                ArrayPool<byte>.Shared.Return(pooled);
        }
    }

    /// <inheritdoc/>
    [return: MaybeNull]
    public Payload ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference)
            return ReferenceCodec.ReadReference<Payload, TInput>(ref reader, field);
        field.EnsureWireType(WireType.LengthPrefixed);
        var length = reader.ReadVarUInt32();
        if (length > Payload.MaxLength)
            throw new InvalidOperationException($"A payload must not exceed {Payload.MaxLength} bytes (was {length}).");
        var rented = ArrayPool<byte>.Shared.Rent((int)length);
        reader.ReadBytes(rented.AsSpan(0, (int)length));
        var payload = Payload.FromRented(rented, (int)length);
        ReferenceCodec.RecordObject(reader.Session, payload);
        return payload;
    }
}

/// <summary>Within a process the payload itself is passed on: the receiver owns it from the call on.</summary>
[RegisterCopier]
public sealed class PayloadCopier : IDeepCopier<Payload>, IOptionalDeepCopier
{
    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(input))]
    public Payload? DeepCopy(Payload? input, CopyContext context) => input;

    /// <inheritdoc/>
    public bool IsShallowCopyable() => true;
}
