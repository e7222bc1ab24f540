using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using RemoteStore.Client;
using RemoteStore.Grains;

namespace RemoteStore.Processes.Tests;

/// <summary>Rules for the names in certificates, and certificates that are refused, on a real silo whose configuration
/// changes while it runs.</summary>
public sealed class AccessTests : ProcessTest
{
    private readonly TestAuthority _authority;
    private readonly ClusterTlsOptions _silo;
    private readonly string _file;

    public AccessTests()
    {
        _authority = new TestAuthority(Path.Combine(Folder, "tls"));
        _silo = _authority.Issue("silo");
        _file = Path.Combine(Folder, "silo.json");
    }

    protected override void Dispose(bool disposing)
    {
        _authority.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public async Task Rules_limit_a_certificate_to_stores_prefixes_and_verbs()
    {
        Configure(Rule("writer", "", "Read, List, Write, Delete"), Rule("reader", "public", "Read, List"));
        await using var silo = await StartAsync();
        await using var writer = await ConnectAsync(silo, "writer");
        await using var reader = await ConnectAsync(silo, "reader");
        var (all, some) = (writer.GetStore("main"), reader.GetStore("main"));
        foreach (var path in new[] { "public/a", "publican", "private/a" })
            await all.WriteTextAsync(path, path, cancellationToken: Token);
        await all.WriteAsync("private/large", new byte[3 << 20], cancellationToken: Token);

        Assert.Equal("public/a", await some.ReadTextAsync("public/a", cancellationToken: Token));
        await IsDeniedAsync(() => some.ReadTextAsync("publican", cancellationToken: Token));
        await IsDeniedAsync(() => some.ReadBytesAsync("private/large", cancellationToken: Token));
        await IsDeniedAsync(() => some.ExistsAsync("private/a", Token));
        await IsDeniedAsync(() => some.WriteTextAsync("public/b", "b", cancellationToken: Token));
        await IsDeniedAsync(() => some.WriteAsync("public/large", new byte[3 << 20], cancellationToken: Token));
        await IsDeniedAsync(() => some.DeleteAsync("public/a", cancellationToken: Token));
        await IsDeniedAsync(() => some.DeleteFolderAsync("public", new DeleteFolderOptions { Recursive = true }, Token));
        await IsDeniedAsync(() => some.MoveAsync("public/a", "public/c", cancellationToken: Token));
        await IsDeniedAsync(() => some.CopyAsync("private/a", "public/c", cancellationToken: Token));
        await IsDeniedAsync(() => some.CopyAsync("public/a", "private/c", cancellationToken: Token));
        Assert.Equal("private/a", await all.ReadTextAsync("private/a", cancellationToken: Token));

        await all.MoveAsync("private/a", "public/moved", cancellationToken: Token);
        await silo.Process.LineAsync("writer move main private/a public/moved", Token);
        await silo.Process.LineAsync("Refused reader Write main public/b", Token);
        await silo.Process.LineAsync("writer write main public/a", Token);
        await IsDeniedAsync(async () =>
        {
            await using var stranger = await ConnectAsync(silo, "stranger");
            await stranger.GetStore("main").ReadTextAsync("public/moved", cancellationToken: Token);
        });
    }

    [Fact]
    public async Task A_name_that_the_client_claims_is_removed()
    {
        Configure(Rule("writer", "", "Read, List, Write, Delete"));
        await using var silo = await StartAsync();
        await using var attacker = await Attacker.StartAsync(silo, _authority.IssueClient("stranger"), Token);
        foreach (var claim in new[] { "silo", "name:writer" })
        {
            RequestContext.Set("remotestore.principal", claim);
            RequestContext.Set("other", "value");
            var denied = await Assert.ThrowsAsync<PermissionDeniedException>(() =>
                attacker.Client.GetGrain<IPathGrain>(GrainKeys.Path("main", "f")).Kind(Token).AsTask()
            );
            Assert.Contains("for stranger", denied.Message, StringComparison.Ordinal);
            RequestContext.Clear();
        }
    }

    [Fact]
    public async Task The_ticket_of_another_principal_is_refused_by_the_transfer_port()
    {
        Configure(Rule("writer", "", "Read, List, Write, Delete"), Rule("reader", "", "Read"));
        await using var silo = await StartAsync();
        await using var writer = await ConnectAsync(silo, "writer");
        await writer.GetStore("main").WriteAsync("large", new byte[3 << 20], cancellationToken: Token);
        foreach (var (name, status) in new[] { ("reader", "403"), ("writer", "200") })
        {
            var grain = writer.Cluster.GetGrain<IDownloadGrain>(Guid.NewGuid());
            var request = new DownloadRequest
            {
                Store = "main",
                Key = "large",
                Read = new ReadRequest(),
                ChunkSize = TransferDefaults.ChunkSize,
            };
            var offer = (await grain.Begin(request, Token)).Direct!;
            var tls = new ClusterTls(_authority.IssueClient(name), isSilo: false);
            await using var connection = await SiloSocket.ConnectAsync(IPEndPoint.Parse(offer.EndPoint), tls, Token);
            var ask = $"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {offer.Ticket}\r\n\r\n";
            await connection.WriteAsync(Encoding.ASCII.GetBytes(ask), Token);
            using var lines = new StreamReader(connection);
            Assert.StartsWith($"HTTP/1.1 {status}", await lines.ReadLineAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Rules_change_without_a_restart_and_wrong_ones_change_nothing()
    {
        Configure(Rule("batch", "", "Read, Write"));
        await using var silo = await StartAsync();
        await using var client = await ConnectAsync(silo, "batch");
        var store = client.GetStore("main");
        await store.WriteTextAsync("a", "1", cancellationToken: Token);

        Configure(Rule("batch", "", "Read"));
        await silo.Process.LineAsync("Reloaded access: 1 rules", Token);
        await IsDeniedAsync(() => store.WriteTextAsync("b", "2", cancellationToken: Token));

        Configure(Rule("batch", "/", "Read, Write"));
        await silo.Process.LineAsync("Kept the previous access rules", Token);
        await IsDeniedAsync(() => store.WriteTextAsync("b", "2", cancellationToken: Token));
        Assert.Equal("1", await store.ReadTextAsync("a", cancellationToken: Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_that_is_refused_later_loses_its_connections(bool bySerial)
    {
        Configure(Rule("*", "", "Read, Write"));
        await using var silo = await StartAsync();
        var tls = _authority.IssueClient("lost");
        await using var lost = await silo.ConnectAsync(tls, cancellationToken: Token);
        await using var kept = await ConnectAsync(silo, "kept");
        await lost.GetStore("main").WriteTextAsync("a", "1", cancellationToken: Token);
        var there = new IPEndPoint(IPAddress.Loopback, silo.GatewayPort);
        await using var open = await SiloSocket.ConnectAsync(there, new ClusterTls(tls, isSilo: false), Token);

        using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(tls.Certificate!, Token));
        Configure([bySerial ? new { Serial = certificate.SerialNumber } : new { Subject = "lost" }], Rule("*", "", "Read, Write"));
        await silo.Process.LineAsync("Closed connection of lost: certificate", Token);
        Assert.Equal(0, await EndAsync(open));
        await Assert.ThrowsAsync<BackendUnavailableException>(() => silo.ConnectAsync(tls, TimeSpan.FromSeconds(3), Token));
        await kept.GetStore("main").WriteTextAsync("b", "2", cancellationToken: Token);
    }

    private static async Task<int> EndAsync(Stream connection)
    {
        try
        {
            return await connection.ReadAsync(new byte[1], Token);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task IsDeniedAsync(Func<Task> call) => await Assert.ThrowsAsync<PermissionDeniedException>(call);

    private static object Rule(string principal, string prefix, string verbs) =>
        new
        {
            Principal = principal,
            Store = "main",
            Prefix = prefix,
            Verbs = verbs,
        };

    private void Configure(params object[] rules) => Configure([], rules);

    private void Configure(object[] refused, params object[] rules)
    {
        var access = new { Rules = rules, RefusedCertificates = refused };
        var levels = new Dictionary<string, string> { ["RemoteStore.Audit"] = "Information" };
        var settings = new { RemoteStore = new { Silo = new { Access = access } }, Logging = new { LogLevel = levels } };
        File.WriteAllText(_file + ".new", JsonSerializer.Serialize(settings));
        File.Move(_file + ".new", _file, overwrite: true);
    }

    private Task<RemoteStoreClient> ConnectAsync(SiloProcess silo, string name) =>
        silo.ConnectAsync(_authority.IssueClient(name), cancellationToken: Token);

    private Task<SiloProcess> StartAsync() =>
        SiloProcess.StartReadyAsync(
            [
                "--config",
                _file,
                "--data",
                Path.Combine(Folder, "data"),
                $"--RemoteStore:Silo:Tls:Certificate={_silo.Certificate}",
                $"--RemoteStore:Silo:Tls:Key={_silo.Key}",
                $"--RemoteStore:Silo:Tls:Authority={_silo.Authority}",
            ],
            cancellationToken: Token
        );
}
