using System.Buffers.Binary;
using System.IO.Hashing;
using System.Reflection;
using System.Text;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.TypeSystem;

namespace RemoteStore.Grains;

/// <summary>
/// All methods that a client may call: those of the client interfaces, and the calls of Orleans that its own client needs. Thread-safe.
/// </summary>
internal sealed class ClientCallList
{
    // The client reads the grain manifest at start and every minute, and it cancels calls.
    private const string Manifest = "Orleans.Runtime.IClusterManifestSystemTarget";
    private const string Cancellation = "Orleans.Runtime.IGrainCallCancellationExtension";
    private readonly TypeConverter _types;
    private readonly Dictionary<int, ClientCall> _calls = [];
    private readonly List<byte[]> _prefixes = [];

    /// <param name="types">Converts types to their names on the wire.</param>
    /// <param name="interfaces">The grain interfaces for clients.</param>
    internal ClientCallList(TypeConverter types, IEnumerable<Type> interfaces)
    {
        _types = types;
        foreach (var contract in interfaces.Distinct())
            Add(contract, isKnownByName: true);
        Add(Own(Cancellation), namesCaller: true);
        Add(Own(Manifest), isSystem: true);
    }

    /// <summary>The largest size of a name, in bytes.</summary>
    internal static int MaxName => 512;

    /// <summary>Finds the call of that name; null if there is none.</summary>
    /// <param name="hash">The name's hash as given in the message. A wrong hash finds nothing.</param>
    /// <param name="name">The encoded name.</param>
    internal ClientCall? Find(int hash, ReadOnlySpan<byte> name) =>
        _calls.TryGetValue(hash, out var call) && name.SequenceEqual(call.Name) ? call : null;

    /// <summary>
    /// Whether the name is a method that a later build added to a client interface. The type does not exist in this
    /// build, so Orleans answers the call with an error.
    /// </summary>
    internal bool IsOfLaterBuild(ReadOnlySpan<byte> name)
    {
        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix))
                return !_types.TryParse(Encoding.UTF8.GetString(name), out _);
        }

        return false;
    }

    private static Type Own(string name) => typeof(IManagementGrain).Assembly.GetType(name, throwOnError: true)!;

    private void Add(Type contract, bool isKnownByName = false, bool isSystem = false, bool namesCaller = false)
    {
        foreach (var request in RequestsOf(contract))
        {
            var name = _types.Format(request.GetType());
            if (isKnownByName)
                AddPrefix(name);
            if (request.GetMethod().IsDefined(typeof(SiloOnlyAttribute)))
                continue;
            var bytes = Encoding.UTF8.GetBytes(name);
            var call = new ClientCall(bytes, request.GetType(), request.GetMethod()) { IsSystem = isSystem, NamesCaller = namesCaller };
            _calls.Add(HashOf(bytes), call);
        }
    }

    private void AddPrefix(string name)
    {
        // ("inv",[base],[interface],"method"): everything except the method.
        var prefix = Encoding.UTF8.GetBytes(name[..(name.LastIndexOf(',') + 1)]);
        if (prefix.Length > 0 && !_prefixes.Exists(p => p.AsSpan().SequenceEqual(prefix)))
            _prefixes.Add(prefix);
    }

    private static int HashOf(byte[] name) => BinaryPrimitives.ReadInt32LittleEndian(XxHash32.Hash(name));

    private static IEnumerable<IInvokable> RequestsOf(Type contract) =>
        contract
            .Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, ContainsGenericParameters: false } && t.IsAssignableTo(typeof(IInvokable)))
            .Where(t => t.GetConstructor(Type.EmptyTypes) is not null)
            .Select(t => (IInvokable)Activator.CreateInstance(t)!)
            .Where(r => r.GetInterfaceType() == contract);
}
