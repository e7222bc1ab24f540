using System.Net;
using Microsoft.Extensions.Options;
using RemoteStore.Grains;
using StackExchange.Redis;

namespace RemoteStore.Silo;

/// <summary>Says what is wrong with the silo's settings, and under which key.</summary>
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
                yield return Fault(key, $"{port} is no port (1 to 65535)");
        }

        if (settings.TransferPort is < 0 or > 65535)
            yield return Fault(nameof(settings.TransferPort), $"{settings.TransferPort} is no port (1 to 65535, or 0 for a free one)");
        if (!Enum.IsDefined(settings.Clustering))
            yield return Fault(nameof(settings.Clustering), $"one of {string.Join(", ", Enum.GetNames<ClusteringMode>())} is needed");
        if (string.IsNullOrWhiteSpace(settings.ClusterId))
            yield return Fault(nameof(settings.ClusterId), "an id is needed");
        if (string.IsNullOrWhiteSpace(settings.ServiceId))
            yield return Fault(nameof(settings.ServiceId), "an id is needed");
        if (!IPAddress.TryParse(settings.HttpAddress, out _))
            yield return Fault(nameof(settings.HttpAddress), $"'{settings.HttpAddress}' is no IP address");
        if (settings.PrimarySilo is { } primary && (!IPEndPoint.TryParse(primary, out var endPoint) || endPoint.Port == 0))
            yield return Fault(nameof(settings.PrimarySilo), $"'{primary}' is no address:port");
        if (settings.PrimarySilo is not null && settings.Clustering != ClusteringMode.Localhost)
            yield return Fault(nameof(settings.PrimarySilo), $"needs {nameof(settings.Clustering)} = {ClusteringMode.Localhost}");
        if (settings.NeedsTable && string.IsNullOrWhiteSpace(settings.ConnectionString?.Reveal()))
            yield return Fault(nameof(settings.ConnectionString), $"{settings.Clustering} needs a connection string");
        else if (settings.Clustering == ClusteringMode.Redis && !IsRedis(settings.ConnectionString!.Reveal()))
            yield return Fault(nameof(settings.ConnectionString), "is not a StackExchange.Redis configuration string with a host");
        else if (
            settings.Clustering == ClusteringMode.PostgreSql
            && !PostgreSqlMembership.IsConnectionString(settings.ConnectionString!.Reveal())
        )
            yield return Fault(nameof(settings.ConnectionString), "is not a connection string of Npgsql with a host");
        if (settings.AdvertisedAddress is { } advertised && !IPAddress.TryParse(advertised, out _))
            yield return Fault(nameof(settings.AdvertisedAddress), $"'{advertised}' is no IP address");
        if (settings.NeedsTable && settings.AdvertisedAddress is null)
            yield return Fault(
                nameof(settings.AdvertisedAddress),
                $"{settings.Clustering} needs the IP address that others reach this silo at"
            );
        if (IsOpenInPlaintext(settings))
            yield return Fault(
                nameof(settings.Tls),
                $"the ports listen on other addresses than loopback: set the three files of {nameof(settings.Tls)}, or "
                    + $"{nameof(settings.AllowPlaintext)}=true"
            );
        if (settings.ShutdownSeconds is < 1 or > 3600)
            yield return Fault(nameof(settings.ShutdownSeconds), $"{settings.ShutdownSeconds} is not within 1 to 3600 seconds");
        if (settings.MaintenanceMinutes is < 0 or > 10080)
            yield return Fault(
                nameof(settings.MaintenanceMinutes),
                $"{settings.MaintenanceMinutes} is not within 0 (never) to 10080 minutes"
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
            .Select(l => Fault(l.Key, $"{l.Value} is less than 1"))
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
            yield return Fault(
                $"{nameof(SiloSettings.Otlp)}:{nameof(settings.Endpoint)}",
                "an address that starts with http:// or https:// is needed"
            );
        if (!Enum.IsDefined(settings.Protocol))
            yield return Fault(
                $"{nameof(SiloSettings.Otlp)}:{nameof(settings.Protocol)}",
                $"one of {string.Join(", ", Enum.GetNames<OtlpProtocol>())} is needed"
            );
        if (settings.MetricsSeconds is < 1 or > 3600)
            yield return Fault(
                $"{nameof(SiloSettings.Otlp)}:{nameof(settings.MetricsSeconds)}",
                $"{settings.MetricsSeconds} is not within 1 to 3600 seconds"
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
