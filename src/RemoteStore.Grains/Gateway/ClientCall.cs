using System.Reflection;
using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>A method that clients may call, as named on the wire.</summary>
/// <param name="Name">The encoded name of the request type.</param>
/// <param name="Request">The request type.</param>
/// <param name="Method">The interface method.</param>
internal sealed record ClientCall(byte[] Name, Type Request, MethodInfo Method)
{
    /// <summary>Whether the target is a system target of Orleans and not a grain.</summary>
    internal bool IsSystem { get; init; }

    /// <summary>Whether the first argument names the calling client.</summary>
    internal bool NamesCaller { get; init; }

    /// <summary>The flags that only an attribute of the method may set. They let a call run outside the turns of the grain.</summary>
    internal MessageFlags Flags { get; } =
        (Has<AlwaysInterleaveAttribute>(Method) ? MessageFlags.AlwaysInterleave : 0)
        | (Has<ReadOnlyAttribute>(Method) ? MessageFlags.ReadOnly : 0);

    private static bool Has<T>(MethodInfo method)
        where T : Attribute => method.IsDefined(typeof(T), inherit: false);
}
