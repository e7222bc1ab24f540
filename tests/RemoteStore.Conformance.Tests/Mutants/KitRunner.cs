using System.Reflection;

namespace RemoteStore.Conformance.Tests;

/// <summary>Runs the kit's tests by reflection, so that a test can ask what a broken backend fails.</summary>
internal static class KitRunner
{
    /// <summary>The name of the first test that fails and its message; null when all pass.</summary>
    internal static async Task<string?> FirstFailureAsync(Func<BackendHarness> harness)
    {
        foreach (var (method, arguments) in Tests())
        {
            if (await FailureAsync(harness(), method, arguments) is { } failure)
                return $"{method.Name}({string.Join(", ", arguments)}): {failure.Message}";
        }

        return null;
    }

    internal static IEnumerable<(MethodInfo Method, object?[] Arguments)> Tests() =>
        from method in typeof(BackendConformance).GetMethods(BindingFlags.Public | BindingFlags.Instance)
        where method.GetCustomAttribute<FactAttribute>() is not null
        from arguments in Cases(method)
        select (method, arguments);

    private static IEnumerable<object?[]> Cases(MethodInfo method) =>
        method.GetCustomAttribute<TheoryAttribute>() is null
            ?
            [
                [],
            ]
            : method.GetCustomAttributes<InlineDataAttribute>().Select(d => d.Data.ToArray());

    private static async Task<Exception?> FailureAsync(BackendHarness harness, MethodInfo method, object?[] arguments)
    {
        await using var target = new Target(harness);
        var failure = await Record.ExceptionAsync(async () =>
        {
            await target.InitializeAsync();
            if (method.Invoke(target, arguments) is Task task)
                await task;
        });
        return failure is { Message: { } text } && text.StartsWith(SkipToken, StringComparison.Ordinal) ? null : failure;
    }

    // How xunit.v3 marks a test that skips itself (Xunit.Sdk.DynamicSkipToken).
    private const string SkipToken = "$XunitDynamicSkip$";

    private sealed class Target(BackendHarness harness) : BackendConformance(harness);
}
