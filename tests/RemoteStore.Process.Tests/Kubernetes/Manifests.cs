using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RemoteStore.Processes.Tests;

/// <summary>What <c>kubectl kustomize</c> makes of an overlay.</summary>
internal sealed class Manifests
{
    private readonly List<JsonObject> _objects;

    private Manifests(List<JsonObject> objects) => _objects = objects;

    internal IReadOnlyList<JsonObject> All => _objects;

    internal JsonObject Silos => One("Deployment", "remotestore");

    internal JsonNode Pod => Silos.At("spec/template/spec");

    internal JsonNode Container => Pod.At("containers/0");

    /// <summary>The files that the pod mounts as its configuration.</summary>
    internal string StoresJson => _objects.Single(o => o.Text("kind") == "ConfigMap").At("data").Text("stores.json");

    internal static Task<Manifests> RenderAsync(string overlay, CancellationToken cancellationToken) =>
        RenderFolderAsync(Path.Combine(Repository.Root, "deploy", "k8s", "overlays", overlay), cancellationToken);

    internal static async Task<Manifests> RenderFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var kubectl = await ServerScript.InstallAsync("kubectl");
        await using var process = ChildProcess.Start(kubectl, ["kustomize", folder]);
        Assert.Equal(0, await process.ExitAsync(cancellationToken));
        var stream = new YamlStream();
        stream.Load(new StringReader(process.Output));
        return new Manifests([.. stream.Documents.Select(d => (JsonObject)ToJson(d.RootNode)!)]);
    }

    internal JsonObject One(string kind, string name) =>
        _objects.Single(o => o.Text("kind") == kind && o.At("metadata").Text("name") == name);

    /// <summary>The environment of the silo's container: texts, with placeholders for what only a cluster knows.</summary>
    internal Dictionary<string, string> Environment(string podAddress, Func<string, string> secret) =>
        Container
            .At("env")
            .AsArray()
            .ToDictionary(
                e => e!.Text("name"),
                e =>
                    e!["value"] is { } value ? value.GetValue<string>()
                    : e["valueFrom"]?["fieldRef"] is { } field
                        ? Assert.IsType<string>(field.Text("fieldPath") == "status.podIP" ? podAddress : null)
                    : secret(e.At("valueFrom/secretKeyRef").Text("key"))
            );

    private static JsonNode? ToJson(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(map.Select(p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value!, ToJson(p.Value)))),
            YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
            YamlScalarNode { Style: ScalarStyle.Plain } plain => plain.Value switch
            {
                "null" or "~" or "" => null,
                "true" or "false" => JsonValue.Create(plain.Value == "true"),
                _ when int.TryParse(plain.Value, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
                _ => JsonValue.Create(plain.Value),
            },
            _ => JsonValue.Create(((YamlScalarNode)node).Value),
        };
}

internal static class JsonPaths
{
    /// <summary>The node at a path of names and indexes; fails with the path when there is none.</summary>
    internal static JsonNode At(this JsonNode node, string path) =>
        path.Split('/')
            .Aggregate(
                node,
                (n, part) =>
                    (int.TryParse(part, out var index) ? n[index] : n[part])
                    ?? throw new InvalidOperationException($"no {part} of {path} in {node}")
            );

    internal static string Text(this JsonNode node, string name) =>
        node[name]?.GetValue<string>() ?? throw new InvalidOperationException($"no {name} in {node}");

    internal static int Number(this JsonNode node, string path) => int.Parse(node.At(path).ToJsonString(), CultureInfo.InvariantCulture);

    internal static bool Flag(this JsonNode node, string path) => bool.Parse(node.At(path).ToJsonString());
}
