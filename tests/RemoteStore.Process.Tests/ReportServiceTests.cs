using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace RemoteStore.Processes.Tests;

/// <summary>The sample of an asynchronous microservice, as a process over a silo.</summary>
public sealed class ReportServiceTests : ClusterTest
{
    [Fact]
    public async Task Reports_are_written_read_and_archived_under_conditions()
    {
        await using var silo = await SiloProcess.StartReadyAsync(["--data", Folder], cancellationToken: Token);
        var address = $"http://127.0.0.1:{FreePorts.Next()}";
        await using var service = SampleProcess.Start("ReportService", "--Gateway", silo.Gateway, "--urls", address);
        await service.LineAsync("Application started", Token);
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        using var created = await PutAsync(
            http,
            "2026/large.bin",
            Bytes(5 << 20),
            r => r.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any)
        );
        Assert.Equal(HttpStatusCode.NoContent, created.StatusCode);
        using var again = await PutAsync(http, "2026/large.bin", Bytes(1), r => r.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any));
        Assert.Equal(HttpStatusCode.PreconditionFailed, again.StatusCode);
        using var got = await http.GetAsync(new Uri("reports/2026/large.bin", UriKind.Relative), Token);
        Assert.Equal(created.Headers.ETag, got.Headers.ETag);
        Assert.Equal(Bytes(5 << 20), await got.Content.ReadAsByteArrayAsync(Token));

        using var changed = await PutAsync(http, "2026/large.bin", Bytes(10), r => r.Headers.IfMatch.Add(created.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        using var stale = await PutAsync(http, "2026/large.bin", Bytes(11), r => r.Headers.IfMatch.Add(created.Headers.ETag!));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Equal(["2026/large.bin"], await NamesAsync(http));

        using var archived = await http.PostAsync(new Uri("reports/2026/large.bin", UriKind.Relative), null, Token);
        Assert.Equal(HttpStatusCode.NoContent, archived.StatusCode);
        Assert.Empty(await NamesAsync(http));
        Assert.Equal(Bytes(10), await File.ReadAllBytesAsync(Path.Combine(Folder, "archive", "2026", "large.bin"), Token));
        using var missing = await http.GetAsync(new Uri("reports/2026/large.bin", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("2026/large.bin", (await missing.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("path").GetString());
        using var refused = await PutAsync(http, "a%00b", Bytes(1));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private static async Task<HttpResponseMessage> PutAsync(
        HttpClient http,
        string path,
        byte[] content,
        Action<HttpRequestMessage>? change = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"reports/{path}") { Content = new ByteArrayContent(content) };
        change?.Invoke(request);
        return await http.SendAsync(request, Token);
    }

    private static async Task<IEnumerable<string?>> NamesAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement[]>(new Uri("reports", UriKind.Relative), Token))!.Select(e =>
            e.GetProperty("path").GetString()
        );
}
