using System.Reflection;
using Orleans.Concurrency;

namespace RemoteStore.Grains;

/// <summary>A method that a client may call, as it is named on the wire.</summary>
/// <param name="Name">The encoded name of the request's type.</param>
/// <param name="Request">The request's type.</param>
/// <param name="Method">The method of the interface.</param>
internal sealed record ClientCall(byte[] Name, Type Request, MethodInfo Method)
{
    /// <summary>Whether the target is Orleans' own, and not a grain.</summary>
    internal bool IsSystem { get; init; }

    /// <summary>Whether the first argument names the client that calls.</summary>
    internal bool NamesCaller { get; init; }

    /// <summary>The flags that only an attribute of the method may set: they let a call run outside the grain's turns.</summary>
    internal MessageFlags Flags { get; } =
        (Has<AlwaysInterleaveAttribute>(Method) ? MessageFlags.AlwaysInterleave : 0)
        | (Has<ReadOnlyAttribute>(Method) ? MessageFlags.ReadOnly : 0);

    private static bool Has<T>(MethodInfo method)
        where T : Attribute => method.IsDefined(typeof(T), inherit: false);
}
