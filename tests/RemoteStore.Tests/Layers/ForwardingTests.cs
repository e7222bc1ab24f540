using System.Reflection;

namespace RemoteStore.Tests.Layers;

/// <summary>A layer that forgets a member silently changes what the backend below does: reflection finds it.</summary>
public sealed class ForwardingTests
{
    public static TheoryData<string> Layers => ["plain", "resilient", "telemetry", "prefix"];

    private static IEnumerable<MethodInfo> Virtuals =>
        typeof(AsyncBackend)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(m => m.IsVirtual && !m.IsFinal && m.DeclaringType == typeof(AsyncBackend) && m.Name != nameof(ToString));

    [Fact]
    public void The_delegating_base_overrides_every_virtual_member()
    {
        var missing = Virtuals
            .Where(m =>
                !typeof(DelegatingBackend)
                    .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                    .Any(o => o.Name == m.Name && o.GetParameters().Length == m.GetParameters().Length)
            )
            .Select(m => m.Name);

        Assert.Empty(missing);
        Assert.True(Virtuals.Count() > 20, "The reflection finds no members to check.");
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task A_layer_forwards_every_member_with_its_arguments(string layer)
    {
        foreach (var method in Virtuals)
        {
            using var cancellation = new CancellationTokenSource();
            var inner = new RecordingBackend();
            var backend = Wrap(layer, inner);
            inner.Calls.Clear();
            var args = method.GetParameters().Select((p, i) => Argument(p, i, cancellation.Token)).ToArray();

            await InvokeAsync(backend, method, args);

            var expected =
                layer == "resilient" && method.Name == nameof(AsyncBackend.ListAsync)
                    ? nameof(AsyncBackend.ListPageAsync)
                    : MemberOf(method);
            var call = inner.Calls.FirstOrDefault(c => c.Member == expected);
            Assert.True(call.Member is not null, $"{layer} does not forward {method.Name}.");
            if (expected == MemberOf(method))
                AssertSame(args, call.Args, method.Name);
        }
    }

    [Fact]
    public void Unwrap_finds_the_layer_itself_first()
    {
        var inner = new RecordingBackend();
        var layer = new ReadOnlyBackend(new TelemetryBackend(inner));

        Assert.Same(layer, layer.Unwrap<ReadOnlyBackend>());
        Assert.Equal("inner", layer.Unwrap<string>());
        Assert.Same(layer.Inner, layer.Unwrap<TelemetryBackend>());
    }

    private static AsyncBackend Wrap(string layer, AsyncBackend inner) =>
        layer switch
        {
            "plain" => new PlainLayer(inner),
            "resilient" => new ResilientBackend(
                inner,
                new ResilienceOptions { AttemptTimeout = TimeSpan.Zero, TransferTimeout = TimeSpan.Zero }
            ),
            "telemetry" => new TelemetryBackend(inner),
            _ => new PrefixBackend(inner, ""),
        };

    private static string MemberOf(MethodInfo method) => method.Name.Replace("get_", "", StringComparison.Ordinal);

    private static object? Argument(ParameterInfo parameter, int index, CancellationToken token) =>
        parameter.ParameterType switch
        {
            var t when t == typeof(string) => parameter.Name == "nativePath" ? "native" : $"key{index}",
            var t when t == typeof(CancellationToken) => token,
            var t when t == typeof(WriteContent) => new WriteContent(new byte[] { 1, 2 }),
            var t when t == typeof(ResumePoint) => new ResumePoint("token", 7),
            var t when t == typeof(int?) => 3,
            var t => Activator.CreateInstance(t),
        };

    private static async Task InvokeAsync(AsyncBackend backend, MethodInfo method, object?[] args)
    {
        var bound = method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(string)) : method;
        try
        {
            switch (bound.Invoke(backend, args))
            {
                case IAsyncEnumerable<RemoteEntry> entries:
                    await entries.CountAsync();
                    break;
                case ValueTask task:
                    await task;
                    break;
                case { } result
                    when result.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>):
                    await (Task)type.GetMethod("AsTask")!.Invoke(result, null)!;
                    break;
            }
        }
        catch (NotFoundException)
        {
            // The recording backend has no streams to give.
        }
        catch (TargetInvocationException e) when (e.InnerException is NotFoundException)
        {
            // As above, thrown before the first await.
        }
    }

    private static void AssertSame(object?[] expected, object?[] actual, string member)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (want, got) in expected.Zip(actual))
        {
            if (want is WriteContent content)
                Assert.Equal(content.Bytes.ToArray(), ((WriteContent)got!).Bytes.ToArray());
            else if (want is CancellationToken { IsCancellationRequested: false })
                Assert.True(((CancellationToken)got!).CanBeCanceled, $"{member} loses the token.");
            else
                Assert.Equal(want, got);
        }
    }

    private sealed class PlainLayer(AsyncBackend inner) : DelegatingBackend(inner);
}
