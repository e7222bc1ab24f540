using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>
/// Applies the section <c>RemoteStore:Silo:Access</c>, at the start and whenever the configuration changes. An invalid
/// section is not applied.
/// </summary>
internal sealed partial class SiloAccess(
    IConfiguration configuration,
    IOptions<SiloSettings> settings,
    AccessControl access,
    ClientConnections connections,
    ILogger<SiloAccess> logger
) : IDisposable
{
    private readonly Lock _lock = new();
    private IDisposable? _changes;

    internal static (AccessPolicy Policy, RefusedCertificates Refused) Read(AccessOptions options) =>
        (AccessPolicy.Create(options), RefusedCertificates.Create(options));

    /// <summary>Applies the section before any port is open.</summary>
    internal void Apply()
    {
        Apply(settings.Value.Access);
        _changes ??= ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public void Dispose() => _changes?.Dispose();

    private void Apply(AccessOptions options)
    {
        lock (_lock)
        {
            var (policy, refused) = Read(options);
            access.Policy = policy;
            connections.Refuse(refused);
        }
    }

    private void Reload()
    {
        try
        {
            var reader = new OptionsReader();
            var options = reader.Read<AccessOptions>(configuration.GetSection($"{SiloSettings.Section}:{nameof(SiloSettings.Access)}"));
            reader.ThrowOnFaults();
            Apply(options);
            LogReloaded(logger, options.Rules.Count, options.RefusedCertificates.Count);
        }
        catch (Exception e) when (e is ArgumentException or OptionsValidationException)
        {
            LogKept(logger, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Reloaded access: {Rules} rules, {Refused} refused certificates")]
    private static partial void LogReloaded(ILogger logger, int rules, int refused);

    [LoggerMessage(2, LogLevel.Error, "Kept the previous access rules: the changed ones are not valid. {Faults}")]
    private static partial void LogKept(ILogger logger, string faults);
}
