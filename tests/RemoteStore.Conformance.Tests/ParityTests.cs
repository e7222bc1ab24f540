using System.Reflection;

namespace RemoteStore.Conformance.Tests;

/// <summary>The sync and the async surfaces are one surface: the same members, parameters, defaults and results.</summary>
public sealed class ParityTests
{
    [Theory]
    [InlineData(typeof(Backend), typeof(AsyncBackend))]
    [InlineData(typeof(Store), typeof(AsyncStore))]
    [InlineData(typeof(AtomicWriter), typeof(AsyncAtomicWriter))]
    public void The_faces_match_both_ways(Type sync, Type async)
    {
        var left = Signatures(sync).Order().ToArray();
        var right = Signatures(async).Order().ToArray();
        Assert.Equal(left, right);
        Assert.NotEmpty(left);
    }

    private static IEnumerable<string> Signatures(Type type) =>
        from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where
            member is PropertyInfo
            || (member is MethodInfo { IsSpecialName: false } method && method.GetBaseDefinition().DeclaringType == type)
        let signature = member is PropertyInfo property ? $"{Name(property.PropertyType)} {property.Name}" : Signature((MethodInfo)member)
        where !signature.Contains(" Dispose(", StringComparison.Ordinal) && !signature.Contains(" Equals(", StringComparison.Ordinal)
        select signature;

    private static string Signature(MethodInfo method)
    {
        var parameters = method.GetParameters().Where(p => p.ParameterType != typeof(CancellationToken));
        return $"{Name(method.ReturnType)} {WithoutAsync(method.Name)}({string.Join(", ", parameters.Select(Text))})";
    }

    private static string Text(ParameterInfo parameter) =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}";

    private static string Name(Type type)
    {
        if (type == typeof(Task) || type == typeof(ValueTask))
            return "Void";
        if (!type.IsGenericType)
            return WithoutAsync(type.Name);
        var arguments = string.Join(", ", type.GetGenericArguments().Select(Name));
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Task<>) || definition == typeof(ValueTask<>))
            return arguments;
        return $"{definition.Name.Replace("Async", "", StringComparison.Ordinal)}<{arguments}>";
    }

    private static string WithoutAsync(string name) =>
        name.StartsWith("Async", StringComparison.Ordinal) ? name[5..]
        : name.EndsWith("Async", StringComparison.Ordinal) ? name[..^5]
        : name;
}
