using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RemoteStore.Client;
using RemoteStore.Grains;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

/// <summary>Mutual TLS between real silos and clients.</summary>
public sealed class TlsTests : ClusterTest
{
    private readonly TestAuthority _authority;
    private readonly ClusterTlsOptions _silo;
    private readonly ClusterTlsOptions _client;

    public TlsTests()
    {
        _authority = new TestAuthority(Path.Combine(Tls, "ours"));
        (_silo, _client) = (_authority.Issue("silo"), _authority.IssueClient("batch"));
    }

    // Next to the store: certificates are no files of it.
    private string Tls => Path.Combine(Folder, "tls");

    private string Data => Path.Combine(Folder, "data");

    protected override void Dispose(bool disposing)
    {
        _authority.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public async Task Silos_and_clients_of_one_authority_work_together()
    {
        await using var redis = await RedisServer.StartAsync(Token);
        string[] arguments = [.. Arguments(_silo), $"--RemoteStore:Backends:disk:Root={Data}"];
        await using var first = await StartSiloAsync(redis, arguments);
        await using var second = await StartSiloAsync(redis, arguments);
        await using var writer = await first.ConnectAsync(_client, cancellationToken: Token);
        await using var reader = await second.ConnectAsync(_client, cancellationToken: Token);
        Assert.Equal(2, await ActiveSilosAsync(first, _client));

        // As clients and silos do all the time: nobody is warned of it.
        foreach (var port in new[] { first.SiloPort, first.GatewayPort, second.GatewayPort })
            await SiloSocket.ProbeAsync(new IPEndPoint(IPAddress.Loopback, port), new ClusterTls(_silo, isSilo: true), Token);

        for (var i = 0; i < 20; i++)
        {
            await writer.GetStore("main").WriteAsync($"a/{i}", Bytes(i), cancellationToken: Token);
            Assert.Equal(Bytes(i), await reader.GetStore("main").ReadBytesAsync($"a/{i}", cancellationToken: Token));
        }

        await writer.GetStore("main").WriteAsync("large", Bytes(3 << 20), cancellationToken: Token);
        Assert.Equal(Bytes(3 << 20), await reader.GetStore("main").ReadBytesAsync("large", cancellationToken: Token));
        Assert.DoesNotContain("Orleans.Connections.Security", first.Output + second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorities_between_are_sent_along()
    {
        using var forSilos = new TestAuthority(Path.Combine(Tls, "for-silos"), above: _authority);
        using var forClients = new TestAuthority(Path.Combine(Tls, "for-clients"), above: _authority);
        await using var silo = await SiloProcess.StartReadyAsync(
            ["--data", Data, .. Arguments(forSilos.Issue("silo"))],
            cancellationToken: Token
        );
        await using var client = await silo.ConnectAsync(forClients.IssueClient("batch"), cancellationToken: Token);
        await client.GetStore("main").WriteAsync("a", Bytes(3 << 20), cancellationToken: Token);
        Assert.Equal(Bytes(3 << 20), await client.GetStore("main").ReadBytesAsync("a", cancellationToken: Token));
    }

    [Fact]
    public async Task Authorities_between_are_sent_along_on_every_connection()
    {
        using var between = new TestAuthority(Path.Combine(Tls, "between"), above: _authority);
        await TalkAsync(between.Issue("silo"), between.IssueClient("batch"), times: 5);
    }

    [Fact]
    public async Task While_the_authority_changes_certificates_of_both_are_good()
    {
        using var next = new TestAuthority(Path.Combine(Tls, "next"));
        var (silo, client) = (next.Issue("silo"), next.IssueClient("batch"));
        var (old, renewed) = (await File.ReadAllTextAsync(_silo.Authority!, Token), await File.ReadAllTextAsync(silo.Authority!, Token));
        foreach (var file in new[] { _silo.Authority!, silo.Authority! })
            await File.WriteAllTextAsync(file, $"{old}\n{renewed}", Token);
        await TalkAsync(silo, _client, times: 2);
        await TalkAsync(_silo, client, times: 2);
    }

    [Fact]
    public async Task Nobody_else_gets_in()
    {
        using var others = new TestAuthority(Path.Combine(Tls, "others"));
        // It trusts the silo, which does not trust it.
        var stranger = others.IssueClient("stranger");
        await File.AppendAllTextAsync(stranger.Authority!, $"\n{await File.ReadAllTextAsync(_client.Authority!, Token)}", Token);
        await using var silo = await StartAsync();
        await Assert.ThrowsAsync<BackendUnavailableException>(() => ConnectInVainAsync(silo, stranger));
        await Assert.ThrowsAsync<BackendUnavailableException>(() => ConnectInVainAsync(silo, null));
        await using var known = await silo.ConnectAsync(_client, cancellationToken: Token);
        await known.GetStore("main").WriteAsync("a", Bytes(3), cancellationToken: Token);
    }

    [Fact]
    public async Task A_client_refuses_anyone_who_is_no_silo()
    {
        await using var silo = await StartAsync();
        var strict = new ClusterTlsOptions
        {
            Certificate = _client.Certificate,
            Key = _client.Key,
            Authority = _client.Authority,
            SiloName = "another-name",
        };
        var fault = await Assert.ThrowsAsync<BackendUnavailableException>(() => ConnectInVainAsync(silo, strict));
        Assert.Contains("A silo's certificate was refused: RemoteCertificateNameMismatch.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_certificate_of_a_client_does_not_open_the_port_for_silos()
    {
        await using var silo = await StartAsync();
        await using var asSilo = await OpenAsync(silo.SiloPort, _silo);
        await using var asClient = await OpenAsync(silo.SiloPort, _client);
        // TLS 1.3 has agreed with both before the silo judges them: then it speaks to a silo, and hangs up on a client.
        Assert.Equal(1, await HeardAsync(asSilo));
        Assert.Equal(0, await HeardAsync(asClient));
        await silo.Process.LineAsync("Orleans.Connections.Security", Token);
    }

    [Fact]
    public async Task A_silo_whose_TLS_does_not_agree_is_reached_all_the_same()
    {
        using var others = new TestAuthority(Path.Combine(Tls, "others"));
        var stranger = others.Issue("stranger");
        var (tls, silo) = (new ClusterTls(stranger, isSilo: true), await StartAsync());
        var there = new IPEndPoint(IPAddress.Loopback, silo.SiloPort);
        await using (silo)
        {
            // It refuses the silo; then it trusts it, and is refused.
            await IsolationGuard.ReachAsync(there, tls, Token);
            await File.AppendAllTextAsync(stranger.Authority!, $"\n{await File.ReadAllTextAsync(_silo.Authority!, Token)}", Token);
            await IsolationGuard.ReachAsync(there, tls, Token);
        }

        await Assert.ThrowsAsync<SocketException>(() => IsolationGuard.ReachAsync(there, tls, Token));
    }

    [Fact]
    public async Task The_port_for_transfers_is_closed_to_others()
    {
        var port = FreePorts.Next();
        await using var silo = await StartAsync("--transfer-port", $"{port}");
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://127.0.0.1:{port}/"), Token));
        using var trusting = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, silo, _, _) => silo is not null },
        };
        using var nobody = new HttpClient(trusting);
        await Assert.ThrowsAsync<HttpRequestException>(() => nobody.GetAsync(new Uri($"https://127.0.0.1:{port}/"), Token));
        await using var client = await OpenAsync(port, _client);
        await client.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Token);
        using var reader = new StreamReader(client);
        Assert.Equal("HTTP/1.1 404 Not Found", await reader.ReadLineAsync(Token));
    }

    [Fact]
    public async Task Large_transfers_use_that_port()
    {
        using var ports = new RequestPorts();
        var port = FreePorts.Next();
        await using var silo = await StartAsync("--transfer-port", $"{port}");
        await using var client = await silo.ConnectAsync(_client, cancellationToken: Token);
        await client.GetStore("main").WriteAsync("large", Bytes(3 << 20), cancellationToken: Token);
        Assert.Equal(1, ports.Of(port));
        Assert.Equal(Bytes(3 << 20), await client.GetStore("main").ReadBytesAsync("large", cancellationToken: Token));
        Assert.Equal(2, ports.Of(port));
    }

    [Fact]
    public async Task A_renewed_certificate_counts_without_a_restart_and_a_broken_one_does_not()
    {
        await using var silo = await StartAsync();
        await using var client = await silo.ConnectAsync(_client, cancellationToken: Token);
        var first = await SerialAsync(silo);

        _authority.Issue("silo");
        _authority.IssueClient("batch");
        var second = await SerialAsync(silo);
        Assert.NotEqual(first, second);

        await File.WriteAllTextAsync(_silo.Key!, "nothing", Token);
        Assert.Equal(second, await SerialAsync(silo));
        await silo.Process.LineAsync("Kept the previous certificate: the changed certificate files cannot be used. Tls.Key: ", Token);
        await client.GetStore("main").WriteAsync("a", Bytes(3), cancellationToken: Token);
        await using var later = await silo.ConnectAsync(_client, cancellationToken: Token);
        Assert.Equal(Bytes(3), await later.GetStore("main").ReadBytesAsync("a", cancellationToken: Token));
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_reported_by_their_key()
    {
        using var others = new TestAuthority(Path.Combine(Tls, "others"));
        var (stranger, empty) = (others.Issue("stranger"), Path.Combine(Tls, "empty"));
        await File.WriteAllTextAsync(empty, "", Token);
        Refused("Tls:Key: must be set", With(t => t.Key = null));
        Refused("Tls:Authority: must be set", With(t => t.Authority = null));
        Refused("Tls:Certificate: must be set", With(t => t.Certificate = null));
        Refused("Tls:Certificate: '/nowhere' cannot be read", With(t => t.Certificate = "/nowhere"));
        Refused("Tls:Authority: must contain a PEM certificate", With(t => t.Authority = empty));
        Refused("Tls:Certificate: must contain a PEM certificate", With(t => t.Certificate = empty));
        Refused("Tls:Key: must contain an unencrypted PEM private key", With(t => t.Key = empty));
        Refused("Tls:Key: must contain an unencrypted PEM private key", With(t => t.Key = stranger.Key));
        Refused(
            "Tls:Certificate: the certificate is not issued by Authority, or is not currently valid (PartialChain",
            With(t => t.Authority = stranger.Authority)
        );
        Refused(
            "Tls:Certificate: the certificate is not issued by Authority, or is not currently valid (NotTimeValid",
            _authority.Issue("late", isExpired: true)
        );
        Refused("Tls:Certificate: the certificate is not issued by Authority, or is not currently valid (NotValidForUsage", _client);
        Refused("Tls:Certificate: the certificate of a silo must have the DNS name 'other'", With(t => t.SiloName = "other"));
        Assert.NotNull(Read(_silo));
        var fault = await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            RemoteStoreClient.ConnectAsync(new RemoteStoreClientOptions { Tls = { Certificate = _client.Certificate } }, Token)
        );
        Assert.StartsWith("Tls.Key: must be set", fault.Message, StringComparison.Ordinal);
    }

    private ClusterTlsOptions With(Action<ClusterTlsOptions> change)
    {
        var options = new ClusterTlsOptions
        {
            Certificate = _silo.Certificate,
            Key = _silo.Key,
            Authority = _silo.Authority,
        };
        change(options);
        return options;
    }

    private static void Refused(string message, ClusterTlsOptions tls) =>
        Assert.StartsWith(
            $"{SiloSettings.Section}:{message}",
            Assert.Single(Assert.Throws<OptionsValidationException>(() => Read(tls)).Failures),
            StringComparison.Ordinal
        );

    private static SiloSettings Read(ClusterTlsOptions tls) =>
        SiloHost.ReadSettings(new ConfigurationBuilder().AddCommandLine(Arguments(tls)).Build());

    private static string[] Arguments(ClusterTlsOptions tls) =>
        [
            .. new[]
            {
                (nameof(tls.Certificate), tls.Certificate),
                (nameof(tls.Key), tls.Key),
                (nameof(tls.Authority), tls.Authority),
                (nameof(tls.SiloName), tls.SiloName),
            }
                .Where(p => p.Item2 is not null)
                .Select(p => $"--{SiloSettings.Section}:{nameof(SiloSettings.Tls)}:{p.Item1}={p.Item2}"),
        ];

    private Task<SiloProcess> StartAsync(params string[] arguments) =>
        SiloProcess.StartReadyAsync(["--data", Data, .. Arguments(_silo), .. arguments], cancellationToken: Token);

    private static Task<RemoteStoreClient> ConnectInVainAsync(SiloProcess silo, ClusterTlsOptions? tls) =>
        silo.ConnectAsync(tls, TimeSpan.FromSeconds(3), Token);

    private static async Task<SslStream> OpenAsync(int port, ClusterTlsOptions tls) =>
        Assert.IsType<SslStream>(
            await SiloSocket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), new ClusterTls(tls, isSilo: false), Token)
        );

    /// <summary>How many of the next bytes come, of one; 0 when the other side hangs up, whichever way.</summary>
    private static async Task<int> HeardAsync(Stream connection)
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

    /// <summary>Connects as a client does, and hears from the silo's end, which has judged it by that time.</summary>
    private static async Task TalkAsync(ClusterTlsOptions silo, ClusterTlsOptions client, int times)
    {
        var (there, here) = (new ClusterTls(silo, isSilo: true), new ClusterTls(client, isSilo: false));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var i = 0; i < times; i++)
        {
            var accepting = AcceptAsync(listener, there);
            await using var connection = await SiloSocket.ConnectAsync(listener.LocalEndpoint, here, Token);
            await using var accepted = await accepting;
            await accepted.WriteAsync(new byte[1], Token);
            Assert.Equal(1, await connection.ReadAsync(new byte[1], Token));
        }
    }

    private static async Task<SslStream> AcceptAsync(TcpListener listener, ClusterTls tls)
    {
        var accepted = new SslStream((await listener.AcceptTcpClientAsync(Token)).GetStream());
        await accepted.AuthenticateAsServerAsync(tls.FromAnyone(), Token);
        return accepted;
    }

    private async Task<string> SerialAsync(SiloProcess silo)
    {
        await using var connection = await OpenAsync(silo.GatewayPort, _client);
        using var certificate = new X509Certificate2(connection.RemoteCertificate!);
        return certificate.SerialNumber;
    }
}
