using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Azure.Core;
using Azure.Core.Diagnostics;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;

namespace RemoteStore.AzureBlobs.Tests;

/// <summary>Every way in works, anyone who owns a client or credential keeps it, and no secret is ever shown.</summary>
public sealed class CredentialTests(AzuriteServer server) : AzureTest(server)
{
    public static TheoryData<string> Ways => ["connection string", "connection string with signature", "key", "signature", "client"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_credential_does_everything_and_is_never_shown(string way)
    {
        var (options, secrets) = OptionsFor(way, valid: true);
        var shown = await ListenAsync(async shown =>
        {
            shown.Add(options.ToString());
            await using var backend = new AsyncAzureBackend(options);
            shown.Add($"{backend} {backend.NativePath("f")} {backend.Resolve("f")}");
            await UseAsync(backend, shown);
            shown.Add(
                string.Join(
                    '\n',
                    await Container
                        .GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.All, Azure.Storage.Blobs.Models.BlobStates.None, null, Token)
                        .Select(b => string.Join(',', b.Metadata))
                        .ToListAsync(Token)
                )
            );
        });
        AssertHidden(shown, secrets);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_refused_credential_is_a_denial_and_is_never_shown(string way)
    {
        var (options, secrets) = OptionsFor(way, valid: false);
        var shown = await ListenAsync(async shown =>
        {
            await using var backend = new AsyncAzureBackend(options);
            foreach (
                var call in new Func<Task>[]
                {
                    async () => await backend.ExistsAsync("f", Token),
                    async () => await backend.ReadAsync("f", null, Token),
                    async () => await backend.WriteAsync("f", new byte[1], null, Token),
                    async () => await backend.MoveAsync("f", "g", null, Token),
                    async () => await backend.CheckHealthAsync(Token),
                    async () => await backend.ListAsync("", null, Token).CountAsync(Token),
                    async () => await backend.CompleteMovesAsync(TimeSpan.Zero, Token),
                }
            )
                shown.Add((await Assert.ThrowsAsync<PermissionDeniedException>(call)).ToString());
        });
        AssertHidden(shown, secrets);
    }

    [Fact]
    public async Task What_the_caller_supplied_outlives_the_backend()
    {
        using var handler = new HttpClientHandler();
        using var http = new HttpClient(handler);
        var settings = new BlobClientOptions { Transport = new Azure.Core.Pipeline.HttpClientTransport(http) };
        var client = new BlobServiceClient(Server.ConnectionString, settings).GetBlobContainerClient(Container.Name);
        var first = new AsyncAzureBackend(new AzureBackendOptions { ContainerClient = client });
        await first.CloseAsync(Token);
        await first.CloseAsync(Token);
        await Assert.ThrowsAsync<BackendUnavailableException>(async () => await first.ExistsAsync("", Token));
        Assert.EndsWith("/f", first.NativePath("f"), StringComparison.Ordinal);
        await using var second = new AsyncAzureBackend(new AzureBackendOptions { ContainerClient = client });
        Assert.False(await second.ExistsAsync("f", Token));
        Assert.Same(client, second.Unwrap<BlobContainerClient>());
    }

    [Fact]
    public async Task A_credential_without_a_token_is_a_denial()
    {
        var credential = new Refusing();
        await using var backend = new AsyncAzureBackend(
            new AzureBackendOptions
            {
                ServiceUri = new Uri("https://127.0.0.1:1/acc"),
                Container = "files",
                Credential = credential,
            }
        );
        await Assert.ThrowsAsync<PermissionDeniedException>(async () => await backend.ExistsAsync("f", Token));
        await backend.CloseAsync(Token);
        Assert.False(credential.IsDisposed);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused_by_name()
    {
        const string secret = "c2VjcmV0";
        foreach (
            var options in new AzureBackendOptions[]
            {
                new() { Container = "files" },
                new()
                {
                    Container = "files",
                    ConnectionString = secret,
                    AccountName = "acc",
                },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    AccountKey = secret,
                    SasToken = secret,
                },
                new()
                {
                    Container = "files",
                    ConnectionString = secret,
                    AccountKey = secret,
                },
                new() { Container = "files", ServiceUri = new Uri($"https://acc.blob.core.windows.net/?sig={secret}") },
                new() { Container = "files", ConnectionString = $"nonsense{secret}" },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    AccountKey = "%" + secret,
                },
                new() { AccountName = "acc" },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    PartSize = 1,
                },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    MaxConcurrency = 0,
                },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    MaxRetries = -1,
                },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    RequestTimeout = TimeSpan.Zero,
                },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    RequestTimeout = TimeSpan.FromDays(1),
                },
                new() { Container = "Files", AccountName = "acc" },
                new() { Container = "a--b", AccountName = "acc" },
                new() { Container = "a/b", AccountName = "acc" },
                new() { Container = "files", AccountName = "my-account" },
                new() { Container = "files", AccountName = "acc.evil.example/" },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    ServiceUri = new Uri("relative", UriKind.Relative),
                },
                new()
                {
                    Container = "files",
                    AccountName = "acc",
                    DataLakeServiceUri = new Uri("ftp://acc"),
                },
            }
        )
        {
            var error = Assert.ThrowsAny<ArgumentException>(() => new AsyncAzureBackend(options));
            Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task UseAsync(AsyncAzureBackend backend, ConcurrentBag<string> shown)
    {
        await backend.WriteAsync("d/f", Bytes(10), null, Token);
        await backend.CopyAsync("d/f", "d/g", null, Token);
        await backend.MoveAsync("d/g", "d/h", null, Token);
        Assert.Equal(Bytes(10), await backend.ReadBytesAsync("d/h", null, Token));
        Assert.Equal(2, await backend.ListFilesAsync("d", null, Token).CountAsync(Token));
        await backend.CheckHealthAsync(Token);
        shown.Add((await Assert.ThrowsAsync<NotFoundException>(async () => await backend.ReadAsync("nothing", null, Token))).ToString());
        shown.Add(
            (await Assert.ThrowsAsync<NotFoundException>(async () => await backend.CopyAsync("nothing", "x", null, Token))).ToString()
        );
        shown.Add(
            (
                await Assert.ThrowsAsync<AlreadyExistsException>(async () => await backend.WriteAsync("d/f", Bytes(10), null, Token))
            ).ToString()
        );
        await backend.DeleteFolderAsync("d", new DeleteFolderOptions { Recursive = true }, Token);
    }

    /// <summary>All that is emitted in the meantime: the SDK's log with everything on, and every trace.</summary>
    private static async Task<ConcurrentBag<string>> ListenAsync(Func<ConcurrentBag<string>, Task> use)
    {
        var shown = new ConcurrentBag<string>();
        using var log = new AzureEventSourceListener((_, text) => shown.Add(text), EventLevel.Verbose);
        using var traces = new ActivityListener
        {
            ShouldListenTo = s => s.Name.StartsWith("Azure", StringComparison.Ordinal) || s.Name == RemoteStoreDiagnostics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
                shown.Add($"{a.DisplayName} {string.Join(' ', a.TagObjects)} {string.Join(' ', a.Events.SelectMany(e => e.Tags))}"),
        };
        ActivitySource.AddActivityListener(traces);
        await use(shown);
        return shown;
    }

    private static void AssertHidden(ConcurrentBag<string> shown, string[] secrets)
    {
        Assert.NotEmpty(shown);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(shown, t => t.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(shown, t => t.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal));
        }
    }

    private (AzureBackendOptions Options, string[] Secrets) OptionsFor(string way, bool valid)
    {
        var key = valid ? Server.Key : Convert.ToBase64String(Bytes(64, 99));
        var connection =
            $"DefaultEndpointsProtocol=http;AccountName={AzuriteServer.Account};AccountKey={key};BlobEndpoint={Server.ServiceUri};";
        var signed = new BlobServiceClient(connection)
            .GetBlobContainerClient(Container.Name)
            .GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.UtcNow.AddHours(1));
        var signature = signed.Query.TrimStart('?');
        var secrets = new[] { key, System.Web.HttpUtility.ParseQueryString(signature)["sig"]! };
        return (
            way switch
            {
                "connection string" => new() { Container = Container.Name, ConnectionString = connection },
                "connection string with signature" => new()
                {
                    Container = Container.Name,
                    ConnectionString = $"BlobEndpoint={Server.ServiceUri};SharedAccessSignature={signature}",
                },
                "key" => new()
                {
                    Container = Container.Name,
                    ServiceUri = Server.ServiceUri,
                    AccountName = AzuriteServer.Account,
                    AccountKey = key,
                },
                "signature" => new()
                {
                    Container = Container.Name,
                    ServiceUri = Server.ServiceUri,
                    SasToken = signature,
                },
                _ => new() { ContainerClient = new BlobContainerClient(signed) },
            },
            secrets
        );
    }

    private sealed class Refusing : TokenCredential, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new Azure.Identity.CredentialUnavailableException("no identity here");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new Azure.Identity.CredentialUnavailableException("no identity here");
    }
}
