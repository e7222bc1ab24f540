using System.Net;
using System.Text.Json;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>Silos that find each other through a real Redis server, over one folder.</summary>
public abstract class ClusterTest : ProcessTest
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    protected static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    protected static Task<int> ActiveSilosAsync(SiloProcess silo, ClusterTlsOptions? tls = null) =>
        ActiveSilos.CountAsync(() => silo.ConnectAsync(tls, cancellationToken: Token));

    /// <summary>Waits until so many silos are active: a crash is noticed after some seconds, whatever is answered until then.</summary>
    protected static async Task UntilActiveAsync(SiloProcess silo, int count)
    {
        while (await ActiveSilosAsync(silo) != count)
            await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
    }

    protected static async Task<(HttpStatusCode Status, JsonElement Body)> HealthAsync(SiloProcess silo, string kind)
    {
        using var answer = await Http.GetAsync(new Uri(silo.Http, $"health/{kind}"), Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return (answer.StatusCode, text.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(text) : default);
    }

    /// <summary>Everything from the environment, as in a pod.</summary>
    protected Dictionary<string, string> Settings(RedisServer redis) => Settings(redis.ConnectionString);

    private protected Dictionary<string, string> Settings(string table, string clustering = "Redis") =>
        new()
        {
            ["RemoteStore__Silo__Clustering"] = clustering,
            ["RemoteStore__Silo__ConnectionString"] = table,
            ["RemoteStore__Silo__AdvertisedAddress"] = "127.0.0.1",
            ["RemoteStore__Silo__Stores__main__SharedAcrossSilos"] = "true",
            ["RemoteStore__Backends__disk__Root"] = Folder,
        };

    protected Task<SiloProcess> StartSiloAsync(RedisServer redis, params string[] arguments) =>
        SiloProcess.StartReadyAsync(arguments, Settings(redis), Token);
}
