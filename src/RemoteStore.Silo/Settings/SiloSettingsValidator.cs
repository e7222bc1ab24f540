using System.Net;
using Microsoft.Extensions.Options;
using RemoteStore.Grains;
using StackExchange.Redis;

namespace RemoteStore.Silo;

/// <summary>Reports the faults of the silo's settings, each with its key.</summary>
internal sealed class SiloSettingsValidator : IValidateOptions<SiloSettings>
{
    public ValidateOptionsResult Validate(string? name, SiloSettings options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(SiloSettings settings)
    {
        foreach (
            var (key, port) in new[]
            {
                (nameof(settings.SiloPort), settings.SiloPort),
                (nameof(settings.GatewayPort), settings.GatewayPort),
                (nameof(settings.HttpPort), settings.HttpPort),
            }
        )
        {
            if (port is < 1 or > 65535)
                yield return Fault(key, $"must be between 1 and 65535 (was {port})");
        }

        if (settings.TransferPort is < 0 or > 65535)
            yield return Fault(nameof(settings.TransferPort), $"must be between 0 (any free port) and 65535 (was {settings.TransferPort})");
        if (!Enum.IsDefined(settings.Clustering))
            yield return Fault(nameof(settings.Clustering), $"must be one of {string.Join(", ", Enum.GetNames<ClusteringMode>())}");
        if (string.IsNullOrWhiteSpace(settings.ClusterId))
            yield return Fault(nameof(settings.ClusterId), "must not be empty");
        if (string.IsNullOrWhiteSpace(settings.ServiceId))
            yield return Fault(nameof(settings.ServiceId), "must not be empty");
        if (!IPAddress.TryParse(settings.HttpAddress, out _))
            yield return Fault(nameof(settings.HttpAddress), $"must be an IP address (was '{settings.HttpAddress}')");
        if (settings.PrimarySilo is { } primary && (!IPEndPoint.TryParse(primary, out var endPoint) || endPoint.Port == 0))
            yield return Fault(nameof(settings.PrimarySilo), $"must have the form address:port (was '{primary}')");
        if (settings.PrimarySilo is not null && settings.Clustering != ClusteringMode.Localhost)
            yield return Fault(nameof(settings.PrimarySilo), $"requires {nameof(settings.Clustering)} = {ClusteringMode.Localhost}");
        if (settings.NeedsTable && string.IsNullOrWhiteSpace(settings.ConnectionString?.Reveal()))
            yield return Fault(
                nameof(settings.ConnectionString),
                $"must be set with {nameof(settings.Clustering)} = {settings.Clustering}"
            );
        else if (settings.Clustering == ClusteringMode.Redis && !IsRedis(settings.ConnectionString!.Reveal()))
            yield return Fault(nameof(settings.ConnectionString), "must be a StackExchange.Redis configuration string with a host");
        else if (
            settings.Clustering == ClusteringMode.PostgreSql
            && !PostgreSqlMembership.IsConnectionString(settings.ConnectionString!.Reveal())
        )
            yield return Fault(nameof(settings.ConnectionString), "must be an Npgsql connection string with a host");
        if (settings.AdvertisedAddress is { } advertised && !IPAddress.TryParse(advertised, out _))
            yield return Fault(nameof(settings.AdvertisedAddress), $"must be an IP address (was '{advertised}')");
        if (settings.NeedsTable && settings.AdvertisedAddress is null)
            yield return Fault(
                nameof(settings.AdvertisedAddress),
                $"must be the IP address at which others reach this silo; required with {settings.Clustering}"
            );
        if (IsOpenInPlaintext(settings))
            yield return Fault(
                nameof(settings.Tls),
                $"must be set, because the ports listen on other addresses than loopback: set the three files of {nameof(settings.Tls)}, "
                    + $"or {nameof(settings.AllowPlaintext)}=true"
            );
        if (settings.ShutdownSeconds is < 1 or > 3600)
            yield return Fault(nameof(settings.ShutdownSeconds), $"must be between 1 and 3600 (was {settings.ShutdownSeconds})");
        if (settings.MaintenanceMinutes is < 0 or > 10080)
            yield return Fault(
                nameof(settings.MaintenanceMinutes),
                $"must be between 0 (never) and 10080 (was {settings.MaintenanceMinutes})"
            );
        foreach (
            var fault in LimitFaults(settings).Concat(Faults(settings.Tls)).Concat(Faults(settings.Access)).Concat(Faults(settings.Otlp))
        )
            yield return fault;
    }

    private static IEnumerable<string> LimitFaults(SiloSettings settings) =>
        new[]
        {
            (Key: nameof(settings.MaxTransfers), Value: settings.MaxTransfers),
            (Key: nameof(settings.MaxTransferBytes), Value: settings.MaxTransferBytes),
            (Key: nameof(settings.MaxWaitingPerPath), Value: settings.MaxWaitingPerPath),
        }
            .Where(l => l.Value < 1)
            .Select(l => Fault(l.Key, $"must be at least 1 (was {l.Value})"))
            .Concat(LoadLimits.Faults(settings).Select(f => Fault(f.Key, f.Fault)));

    private static bool IsOpenInPlaintext(SiloSettings settings) =>
        settings is { NeedsTable: true, AllowPlaintext: false, Tls.IsOn: false }
        && IPAddress.TryParse(settings.AdvertisedAddress, out var address)
        && !IPAddress.IsLoopback(address);

    private static IEnumerable<string> Faults(AccessOptions access)
    {
        try
        {
            SiloAccess.Read(access);
            return [];
        }
        catch (ArgumentException e)
        {
            return e.Message.Split('\n').Select(f => Fault(nameof(SiloSettings.Access), f));
        }
    }

    private static IEnumerable<string> Faults(ClusterTlsOptions tls)
    {
        try
        {
            _ = tls.IsOn ? TlsIdentity.Read(tls, isSilo: true) : null;
            return [];
        }
        catch (TlsFaultException e)
        {
            return [Fault($"{nameof(SiloSettings.Tls)}:{e.Option}", e.Fault)];
        }
    }

    private static IEnumerable<string> Faults(SiloOtlpSettings settings)
    {
        if (settings.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
            yield return Fault($"{nameof(SiloSettings.Otlp)}:{nameof(settings.Endpoint)}", "must be an http:// or https:// address");
        if (!Enum.IsDefined(settings.Protocol))
            yield return Fault(
                $"{nameof(SiloSettings.Otlp)}:{nameof(settings.Protocol)}",
                $"must be one of {string.Join(", ", Enum.GetNames<OtlpProtocol>())}"
            );
        if (settings.MetricsSeconds is < 1 or > 3600)
            yield return Fault(
                $"{nameof(SiloSettings.Otlp)}:{nameof(settings.MetricsSeconds)}",
                $"must be between 1 and 3600 (was {settings.MetricsSeconds})"
            );
    }

    private static bool IsRedis(string connection)
    {
        try
        {
            return ConfigurationOptions.Parse(connection).EndPoints.Count > 0;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static string Fault(string key, string fault) => $"{SiloSettings.Section}:{key}: {fault}";
}
