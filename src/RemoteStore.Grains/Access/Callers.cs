namespace RemoteStore.Grains;

/// <summary>
/// The caller of the running call. It is kept in the request context, under a key that only gateways and silos set: a
/// gateway removes any value that a client sends under it.
/// </summary>
internal static class Callers
{
    internal const string Key = "remotestore.principal";
    private const string Silo = "silo";
    private const string Named = "name:";

    /// <summary>The caller; null for the silo itself.</summary>
    internal static Principal? Current =>
        RequestContext.Get(Key) switch
        {
            Silo => null,
            string value when value.StartsWith(Named, StringComparison.Ordinal) => new Principal(value[Named.Length..]),
            _ => Principal.Anonymous,
        };

    internal static string Encode(string name) => Named + name;

    /// <summary>Makes the calls that follow act as the silo itself, until the calling asynchronous method ends.</summary>
    internal static void ActAsSilo() => RequestContext.Set(Key, Silo);
}
