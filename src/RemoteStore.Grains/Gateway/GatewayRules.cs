using System.Buffers;
using System.Reflection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.Session;
using Orleans.Serialization.TypeSystem;

namespace RemoteStore.Grains;

/// <summary>The messages that a client may send to a gateway, in the wire format of Orleans 10. Thread-safe.</summary>
internal sealed class GatewayRules
{
    internal const string Malformed = "malformed";
    internal const string Flag = "flag";
    internal const string Sender = "sender";
    internal const string Target = "target";
    internal const string Call = "call";
    internal const string Identity = "identity";
    private const string Preamble = "Orleans.Runtime.Messaging.ConnectionPreamble";
    private const uint EncodedType = 0b10 << 3;
    private const uint SchemaType = 0b11 << 3;
    private const uint FieldId = 0b111;
    private const uint ExtendedTag = 0b111 << 5;
    private static readonly byte[] OwnTargets = [.. "sys."u8];
    private static readonly byte[] Clients = [.. "sys.client"u8];
    private static readonly byte[] Manifest = [.. "sys.svc.manifest"u8];
    private readonly ClientCallList _calls;
    private readonly ObjectSerializer _objects;
    private readonly Serializer _serializer;
    private readonly RequestContextRules _context;
    private readonly byte[] _gateway;
    private readonly SerializerSessionPool _sessions;
    private readonly Type _preamble = typeof(IManagementGrain).Assembly.GetType(Preamble, throwOnError: true)!;
    private readonly PropertyInfo _nodeIdentity;

    public GatewayRules(
        TypeConverter types,
        ObjectSerializer objects,
        Serializer serializer,
        SerializerSessionPool sessions,
        IOptions<GatewayGuardOptions> options,
        IOptions<SiloMessagingOptions> limits,
        ILocalSiloDetails silo
    )
    {
        _calls = new ClientCallList(types, options.Value.AllInterfaces);
        (_objects, _serializer) = (objects, serializer);
        _context = new RequestContextRules(sessions);
        _sessions = sessions;
        _gateway = Encode(silo.GatewayAddress, sessions);
        _nodeIdentity = _preamble.GetProperty("NodeIdentity") ?? throw new MissingMemberException(Preamble, "NodeIdentity");
        (MaxHeader, MaxBody) = (limits.Value.MaxMessageHeaderSize, limits.Value.MaxMessageBodySize);
    }

    internal int MaxHeader { get; }

    internal int MaxBody { get; }

    /// <summary>The identity that the calls of a principal carry.</summary>
    internal ClientIdentity IdentityOf(Principal principal)
    {
        if (principal.Name is not { } name)
            return new ClientIdentity { Principal = principal };
        var entry = RequestContextRules.Entry(Callers.Key, Callers.Encode(name), _sessions);
        return new ClientIdentity
        {
            Principal = principal,
            Entry = entry,
            Context = RequestContextRules.Alone(entry, _sessions),
        };
    }

    /// <summary>
    /// Accepts only requests, and no flag that only silos set: responses, system messages and directory updates come from silos.
    /// </summary>
    internal static string? Refusal(MessageFlags flags) =>
        (flags & ~MessageFlags.OfClients) == 0 && (flags & MessageFlags.Direction) is MessageFlags.Request or MessageFlags.OneWay
            ? null
            : Flag;

    /// <summary>Whether target, call and flags match.</summary>
    /// <param name="header">The message header.</param>
    /// <param name="body">The request, which contains its own name; the interface in the header only serves routing.</param>
    /// <param name="call">The call; null when it is refused, and for a call of a later build.</param>
    internal string? Refusal(in MessageHeader header, ReadOnlySequence<byte> body, out ClientCall? call)
    {
        call = null;
        if (!TryReadName(body, out var hash, out var name))
            return Call;
        call = _calls.Find(hash, name);
        if (call is null && !_calls.IsOfLaterBuild(name))
            return Call;
        if (call?.IsSystem == true ? !header.TargetType.SequenceEqual(Manifest) : header.TargetType.StartsWith(OwnTargets))
            return Target;
        return call is not null && (header.Flags & MessageFlags.OutOfTurn & ~call.Flags) != 0 ? Flag : null;
    }

    /// <summary>
    /// The header to deliver instead of the received one. Calls of Orleans' system targets are directed to this silo,
    /// whatever target the client chose. Of the client's request context only the allowed entries remain.
    /// </summary>
    /// <returns>Null when the header cannot be read.</returns>
    internal byte[]? Rewrite(in MessageHeader header, ReadOnlySpan<byte> bytes, ClientCall? call, ClientIdentity identity) =>
        _context.Rewrite(header, bytes, call?.IsSystem == true ? _gateway : null, identity.Entry);

    /// <summary>Reads the client id from the first message of a connection.</summary>
    internal bool TryReadClient(byte[] preamble, out GrainId client)
    {
        client = default;
        try
        {
            client = _objects.Deserialize(preamble, _preamble) is { } read && _nodeIdentity.GetValue(read) is GrainId id ? id : default;
        }
        catch (Exception)
        {
            // The bytes are arbitrary, and so is the exception.
            return false;
        }

        return client.Type.AsSpan().StartsWith(Clients);
    }

    /// <summary>The first bytes of each request of that kind whose first argument is this client.</summary>
    internal byte[] BeginningOf(ClientCall call, GrainId client)
    {
        var (first, second) = (Serialized(call, client, 0), Serialized(call, client, -1));
        return first[..first.AsSpan().CommonPrefixLength(second)];
    }

    private byte[] Serialized(ClientCall call, GrainId client, long second)
    {
        var request = (IInvokable)Activator.CreateInstance(call.Request)!;
        request.SetArgument(0, client);
        request.SetArgument(1, Activator.CreateInstance(call.Method.GetParameters()[1].ParameterType, second)!);
        return _serializer.SerializeToArray<object>(request);
    }

    /// <summary>Reads the name of a request type, which must be spelled out.</summary>
    private static bool TryReadName(ReadOnlySequence<byte> body, out int hash, out ReadOnlySpan<byte> name)
    {
        hash = 0;
        name = default;
        var start = body.Slice(0, Math.Min(body.Length, ClientCallList.MaxName));
        var reader = new MessageReader(start.IsSingleSegment ? start.FirstSpan : start.ToArray());
        return reader.TryByte(out var tag)
            && (tag & SchemaType) == EncodedType
            && (tag & FieldId) == 0
            && (tag & ExtendedTag) != ExtendedTag
            && reader.TryByte(out var version)
            && version == 1
            && reader.TryInt32(out hash)
            && reader.TryBlock(out name);
    }

    private static byte[] Encode(SiloAddress silo, SerializerSessionPool sessions)
    {
        using var session = sessions.GetSession();
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, session);
        writer.WriteInt32(silo.GetConsistentHashCode());
        IPAddressCodec.WriteRaw(ref writer, silo.Endpoint.Address);
        writer.WriteVarUInt32((uint)silo.Endpoint.Port);
        writer.WriteInt32(silo.Generation);
        writer.Commit();
        var block = new ArrayBufferWriter<byte>();
        var whole = Writer.Create(block, session);
        whole.WriteVarUInt32((uint)bytes.WrittenCount);
        whole.Write(bytes.WrittenSpan);
        whole.Commit();
        return block.WrittenSpan.ToArray();
    }
}
