using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

/// <summary>The manifests agree with the types of Kubernetes, with the silo's settings, and with each other.</summary>
public sealed class ManifestTests : ClusterTest
{
    private const string CertificateKey = "RemoteStore__Silo__Tls__Certificate";

    // Not a setting of the silo: StackExchange.Redis reads it.
    private const string RedisAuthorityKey = "SERedis_IssuerCertPath";
    private static readonly SiloSettings Defaults = new();

    public static TheoryData<string> Overlays => ["single-cluster", "single-cluster-tls", "azure"];

    private static Task<Manifests> RenderAsync(string overlay) => Manifests.RenderAsync(overlay, Token);

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Kubernetes_knows_every_field_and_its_type(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        Assert.Empty(await FaultsAsync([.. manifests.All.Select(o => o.DeepClone())]));
    }

    [Fact]
    public async Task The_check_of_types_finds_faults()
    {
        var manifests = await RenderAsync("azure");
        manifests.Silos.At("spec")["minReadySeconds"] = "soon";
        manifests.Pod["terminationGracePeriodSecond"] = 1;
        manifests.Container.At("lifecycle/preStop/sleep").AsObject().Remove("seconds");
        var faults = await FaultsAsync([manifests.Silos.DeepClone()]);
        Assert.Contains("/spec/minReadySeconds: type", faults, StringComparison.Ordinal);
        Assert.Contains("/terminationGracePeriodSecond: unknown field", faults, StringComparison.Ordinal);
        Assert.Contains("missingProperty\":\"seconds", faults, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_port_is_the_silos(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        var ports = manifests.Container.At("ports").AsArray().ToDictionary(p => p!.Text("name"), p => p!.Number("containerPort"));
        var transfers = TransferPort(manifests);
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["silo"] = Defaults.SiloPort,
                ["gateway"] = Defaults.GatewayPort,
                ["transfers"] = transfers,
                ["http"] = Defaults.HttpPort,
            },
            ports
        );
        foreach (var (service, name) in new[] { ("remotestore-silos", "silo"), ("remotestore-gateway", "gateway") })
        {
            var port = Assert.Single(manifests.One("Service", service).At("spec/ports").AsArray())!;
            // A client of Orleans refuses a gateway that answers under another address than its own.
            Assert.Equal("None", manifests.One("Service", service).At("spec").Text("clusterIP"));
            Assert.Equal((ports[name], name), (port.Number("port"), port.Text("targetPort")));
        }

        var rules = manifests.One("NetworkPolicy", "remotestore-silos").At("spec/ingress").AsArray();
        Assert.Equal(
            [$"{Defaults.SiloPort}", $"{Defaults.GatewayPort},{transfers}"],
            rules.Select(r => string.Join(',', r!.At("ports").AsArray().Select(p => p!.Number("port"))))
        );
        Assert.All(rules, r => Assert.NotEmpty(r!.At("from/0/podSelector/matchLabels").AsObject()));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_setting_is_one_of_the_silos_and_valid(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        using var authority = new TestAuthority(Path.Combine(Folder, "tls"));
        var environment = WithCertificates(manifests, manifests.Environment("10.0.0.1", _ => "redis:6379,password=p"), authority);
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(manifests.StoresJson)))
            .AddInMemoryCollection(
                environment.Select(e => KeyValuePair.Create(e.Key.Replace("__", ":", StringComparison.Ordinal), (string?)e.Value))
            )
            .Build();

        var settings = SiloHost.ReadSettings(configuration);

        Assert.Equal(overlay != "single-cluster", settings.Tls.IsOn);
        Assert.Equal(ClusteringMode.Redis, settings.Clustering);
        Assert.Equal("0.0.0.0", settings.HttpAddress);
        Assert.Equal((Defaults.ClusterId, Defaults.ServiceId), (settings.ClusterId, settings.ServiceId));
        Assert.All(environment.Keys.Except([RedisAuthorityKey]), k => Assert.StartsWith("RemoteStore__", k, StringComparison.Ordinal));
        var azure = typeof(AzureBackendOptions).GetProperties().Select(p => p.Name).Append("Type").ToHashSet();
        foreach (var backend in configuration.GetSection("RemoteStore:Backends").GetChildren().Where(b => b["Type"] == "azure"))
            Assert.All(backend.GetChildren(), k => Assert.Contains(k.Key, azure));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Probes_and_times_fit_the_silo(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        var (pod, silo) = (manifests.Pod, manifests.Container);
        Assert.Equal(HealthPaths.Live, silo.At("livenessProbe/httpGet").Text("path"));
        Assert.Equal(HealthPaths.Live, silo.At("startupProbe/httpGet").Text("path"));
        Assert.Equal(HealthPaths.Ready, silo.At("readinessProbe/httpGet").Text("path"));
        Assert.All(
            new[] { "livenessProbe", "startupProbe", "readinessProbe" },
            p => Assert.Equal("http", silo.At($"{p}/httpGet").Text("port"))
        );
        Assert.True(silo.Number("readinessProbe/timeoutSeconds") > HealthPaths.StoreSeconds);
        var shutdown = int.Parse(
            manifests.Environment("", _ => "")["RemoteStore__Silo__ShutdownSeconds"],
            System.Globalization.CultureInfo.InvariantCulture
        );
        Assert.True(pod.Number("terminationGracePeriodSeconds") > silo.Number("lifecycle/preStop/sleep/seconds") + shutdown);
        Assert.Equal(
            (1, 0),
            (
                manifests.Silos.Number("spec/strategy/rollingUpdate/maxSurge"),
                manifests.Silos.Number("spec/strategy/rollingUpdate/maxUnavailable")
            )
        );
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_have_no_further_rights_than_they_need(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        foreach (var workload in manifests.All.Where(o => o.Text("kind") is "Deployment" or "StatefulSet"))
        {
            var pod = workload.At("spec/template/spec");
            Assert.False(pod.Flag("automountServiceAccountToken"));
            Assert.True(pod.Flag("securityContext/runAsNonRoot"));
            Assert.True(pod.Number("securityContext/runAsUser") > 0);
            Assert.Equal("RuntimeDefault", pod.At("securityContext/seccompProfile").Text("type"));
            var container = Assert.Single(pod.At("containers").AsArray())!;
            Assert.False(container.Flag("securityContext/allowPrivilegeEscalation"));
            Assert.True(container.Flag("securityContext/readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], container.At("securityContext/capabilities/drop").AsArray().Select(c => c!.GetValue<string>()));
            Assert.Null(container["resources"]!["limits"]!["cpu"]);
        }

        Assert.Contains(manifests.Container.At("volumeMounts").AsArray(), m => m!.Text("mountPath") == "/tmp");
        Assert.Equal(manifests.Pod.Text("serviceAccountName"), manifests.One("ServiceAccount", "remotestore").At("metadata").Text("name"));
        Assert.DoesNotContain(manifests.All, o => o.Text("kind").Contains("Role", StringComparison.Ordinal));
        Assert.DoesNotContain(manifests.All, o => o.Text("kind") == "Secret");
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_have_bounds_for_the_nodes_disk_and_may_be_scaled(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        foreach (var workload in manifests.All.Where(o => o.Text("kind") is "Deployment" or "StatefulSet"))
        {
            var resources = workload.At("spec/template/spec/containers/0/resources");
            Assert.EndsWith("Mi", resources.At("requests").Text("ephemeral-storage"), StringComparison.Ordinal);
            Assert.EndsWith("Mi", resources.At("limits").Text("ephemeral-storage"), StringComparison.Ordinal);
        }

        Assert.Null(manifests.Silos.At("spec")["replicas"]);
        Assert.Equal("pod-template-hash", manifests.Pod.At("topologySpreadConstraints/0/matchLabelKeys/0").GetValue<string>());
    }

    [Theory]
    [InlineData("single-cluster", "6379")]
    [InlineData("single-cluster-tls", "6379")]
    [InlineData("azure", "443,6380")]
    public async Task Silos_reach_each_other_DNS_and_what_the_overlay_names(string overlay, string ports)
    {
        var manifests = await RenderAsync(overlay);
        Assert.Equal([$"{Defaults.SiloPort}", "53,53"], Ports("remotestore-silos"));
        Assert.Equal([ports], Ports("remotestore-silos-egress"));
        Assert.All(
            manifests.All.Where(o => o.Text("kind") == "NetworkPolicy"),
            p => Assert.Contains("Egress", p.At("spec/policyTypes").AsArray().Select(t => t!.GetValue<string>()))
        );

        IEnumerable<string> Ports(string policy) =>
            manifests
                .One("NetworkPolicy", policy)
                .At("spec/egress")
                .AsArray()
                .Select(r => string.Join(',', r!.At("ports").AsArray().Select(p => p!.Number("port"))));
    }

    [Fact]
    public async Task On_Azure_the_pods_sign_in_as_the_identity_of_their_service_account()
    {
        var manifests = await RenderAsync("azure");
        Assert.Equal("true", manifests.Silos.At("spec/template/metadata/labels").Text("azure.workload.identity/use"));
        var annotations = manifests.One("ServiceAccount", "remotestore").At("metadata/annotations");
        Assert.True(Guid.TryParse(annotations.Text("azure.workload.identity/client-id"), out _));
        Assert.DoesNotContain("ConnectionString", manifests.StoresJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_value_of_the_secret_rolls_the_pods()
    {
        var (first, second) = (await RenderWithSecretAsync("one"), await RenderWithSecretAsync("two"));
        Assert.NotEqual(first, second);
        Assert.StartsWith("remotestore-", first, StringComparison.Ordinal);
    }

    /// <summary>The name of the secret that the pods are given, with the component that makes it.</summary>
    private async Task<string> RenderWithSecretAsync(string password)
    {
        var (source, root) = (Path.Combine(Repository.Root, "deploy", "k8s"), Path.Combine(Folder, $"k8s-{password}"));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(root, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var secret = $"redis-password={password}\nredis-connection-string=redis:6379,password={password}\n";
        await File.WriteAllTextAsync(Path.Combine(root, "components", "secret", "secret.env"), secret, Token);
        var overlay = Path.Combine(root, "overlays", "single-cluster");
        await File.AppendAllTextAsync(Path.Combine(overlay, "kustomization.yaml"), "components:\n  - ../../components/secret\n", Token);
        var manifests = await Manifests.RenderFolderAsync(overlay, Token);
        var variable = manifests.Container.At("env").AsArray().Single(e => e!["valueFrom"]?["secretKeyRef"] is not null)!;
        return variable.At("valueFrom/secretKeyRef").Text("name");
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Selectors_meet_the_pods_and_names_meet_each_other(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        var labels = manifests.Silos.At("spec/template/metadata/labels").AsObject();
        JsonNode[] selectors =
        [
            manifests.Silos.At("spec/selector/matchLabels"),
            manifests.One("Service", "remotestore-silos").At("spec/selector"),
            manifests.One("Service", "remotestore-gateway").At("spec/selector"),
            manifests.One("PodDisruptionBudget", "remotestore").At("spec/selector/matchLabels"),
            manifests.One("NetworkPolicy", "remotestore-silos").At("spec/podSelector/matchLabels"),
            manifests.Pod.At("topologySpreadConstraints/0/labelSelector/matchLabels"),
            manifests.Pod.At(
                "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/podAffinityTerm/labelSelector/matchLabels"
            ),
        ];
        labels.Remove("azure.workload.identity/use");
        Assert.All(selectors, s => Assert.True(JsonNode.DeepEquals(s, labels), s.ToJsonString()));
        Assert.Equal("remotestore", manifests.One("HorizontalPodAutoscaler", "remotestore").At("spec/scaleTargetRef").Text("name"));
        Assert.All(
            manifests.All.Where(o => o.Text("kind") != "Namespace"),
            o => Assert.Equal("remotestore", o.At("metadata").Text("namespace"))
        );
        var map = manifests.All.Single(o => o.Text("kind") == "ConfigMap").At("metadata").Text("name");
        Assert.Contains(manifests.Pod.At("volumes").AsArray(), v => v!["configMap"]?.Text("name") == map);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task The_document_shows_how_to_create_every_key_of_the_secret(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "kubernetes.md"), Token);
        var keys = new List<string>();
        manifests.Environment(
            "",
            key =>
            {
                keys.Add(key);
                return "";
            }
        );
        Assert.NotEmpty(keys);
        Assert.All(keys, k => Assert.Contains($"--from-literal={k}=", document, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_image_has_the_user_and_the_ports_of_the_manifests()
    {
        var manifests = await RenderAsync("single-cluster");
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "Dockerfile"), Token);
        var user = $"{manifests.Pod.Number("securityContext/runAsUser")}:{manifests.Pod.Number("securityContext/runAsGroup")}";
        Assert.Contains($"USER {user}", lines);
        Assert.Contains($"EXPOSE {Defaults.SiloPort} {Defaults.GatewayPort} {TransferPort(manifests)} {Defaults.HttpPort}", lines);
        Assert.StartsWith("remotestore/silo:", manifests.Container.Text("image"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("single-cluster")]
    [InlineData("single-cluster-tls")]
    public async Task A_silo_starts_with_what_the_pod_gives_it(string overlay)
    {
        var manifests = await RenderAsync(overlay);
        using var authority = new TestAuthority(Path.Combine(Folder, "tls"));
        var redisTls = manifests.Environment("", _ => "").ContainsKey(RedisAuthorityKey)
            ? authority.Issue("redis", RedisServer.TlsName)
            : null;
        await using var redis = await RedisServer.StartAsync(redisTls, Token);
        var mount = manifests.Container.At("volumeMounts").AsArray().Single(m => m!.Text("name") == "files")!.Text("mountPath");
        var config = Path.Combine(Folder, "stores.json");
        await File.WriteAllTextAsync(
            config,
            manifests.StoresJson.Replace($"\"{mount}\"", $"\"{Folder}/data\"", StringComparison.Ordinal),
            Token
        );
        var arguments = manifests
            .Container.At("args")
            .AsArray()
            .Select(a => a!.GetValue<string>())
            .Select(a => a.StartsWith('/') ? config : a);
        var environment = WithCertificates(manifests, manifests.Environment("127.0.0.1", _ => redis.ConnectionString), authority);
        environment["RemoteStore__Silo__HttpAddress"] = "127.0.0.1";
        environment["RemoteStore__Silo__TransferPort"] = $"{FreePorts.Next()}";

        await using var silo = await SiloProcess.StartReadyAsync([.. arguments], environment, Token);
        await using var client = await silo.ConnectAsync(
            environment.ContainsKey(CertificateKey) ? authority.IssueClient("client") : null,
            cancellationToken: Token
        );
        await client.GetStore("main").WriteAsync("a", Bytes(3), cancellationToken: Token);
        Assert.Equal(Bytes(3), await File.ReadAllBytesAsync(Path.Combine(Folder, "data", "a"), Token));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await HealthAsync(silo, "ready")).Status);
    }

    /// <summary>
    /// The environment with files of a test in place of those of the pod's secret, which has the names that cert-manager gives them.
    /// </summary>
    private static Dictionary<string, string> WithCertificates(
        Manifests manifests,
        Dictionary<string, string> environment,
        TestAuthority authority
    )
    {
        if (!environment.ContainsKey(CertificateKey))
            return environment;
        var silo = authority.Issue("silo");
        var files = new Dictionary<string, string>();
        foreach (var volume in manifests.Pod.At("volumes").AsArray().Where(v => v!["secret"] is not null))
        {
            var mount = manifests
                .Container.At("volumeMounts")
                .AsArray()
                .Single(m => m!.Text("name") == volume!.Text("name"))!
                .Text("mountPath");
            (files[$"{mount}/tls.crt"], files[$"{mount}/tls.key"], files[$"{mount}/ca.crt"]) = (
                silo.Certificate!,
                silo.Key!,
                silo.Authority!
            );
        }

        return environment.ToDictionary(e => e.Key, e => files.GetValueOrDefault(e.Value, e.Value));
    }

    private static int TransferPort(Manifests manifests) =>
        int.Parse(manifests.Environment("", _ => "")["RemoteStore__Silo__TransferPort"], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What the types of Kubernetes say against the objects, a line for each fault.</summary>
    private async Task<string> FaultsAsync(params JsonNode[] objects)
    {
        var package = await ServerScript.InstallAsync("kubernetes-models");
        var file = Path.Combine(Folder, "objects.json");
        await File.WriteAllTextAsync(file, new JsonArray(objects).ToJsonString(), Token);
        var script = Path.Combine(Repository.Root, "tests", "RemoteStore.Process.Tests", "Kubernetes", "validate.mjs");
        await using var process = ChildProcess.Start("node", [script, package, file]);
        var code = await process.ExitAsync(Token);
        Assert.Equal(code != 0, process.Output.Length > 0);
        return process.Output;
    }
}
