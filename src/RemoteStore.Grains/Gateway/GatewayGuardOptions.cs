namespace RemoteStore.Grains;

/// <summary>
/// The calls that clients may make through the gateway of a silo, see <see cref="Orleans.Hosting.GatewayGuardExtensions"/>.
/// </summary>
public sealed class GatewayGuardOptions
{
    private static readonly Type[] Own =
    [
        typeof(IPathGrain),
        typeof(IReaderGrain),
        typeof(IStoreGrain),
        typeof(IUploadGrain),
        typeof(IDownloadGrain),
    ];

    /// <summary>
    /// Grain interfaces that clients may call in addition to those of RemoteStore; default none. Read when the first client connects.
    /// </summary>
    public IList<Type> Interfaces { get; } = [];

    internal IEnumerable<Type> AllInterfaces => Own.Concat(Interfaces);
}
