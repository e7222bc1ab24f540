using System.Reflection;
using System.Text;
using RemoteStore.Grains;

namespace RemoteStore.Cluster.Tests;

/// <summary>
/// What crosses the wire is a promise to builds that run next to this one: the committed file changes only by additions. The present
/// contract is written next to it, as <c>wire-contract.actual.txt</c>.
/// </summary>
public sealed class WireContractTests
{
    [Fact]
    public void The_wire_contract_is_the_committed_one()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "wire-contract.txt");
        var actual = Describe();
        File.WriteAllText(Path.ChangeExtension(file, "actual.txt"), actual);
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), actual);
    }

    private static string Describe()
    {
        var text = new StringBuilder();
        foreach (
            var type in typeof(Payload)
                .Assembly.GetExportedTypes()
                .Where(t => Alias(t) is not null)
                .OrderBy(t => Alias(t), StringComparer.Ordinal)
        )
        {
            text.Append(Alias(type)).Append(" = ").Append(type.Name).Append('\n');
            foreach (var line in type.IsInterface ? Methods(type) : Members(type))
                text.Append("    ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Methods(Type type) =>
        type.GetMethods()
            .Select(m =>
                $"{Alias(m)} = {Name(m.ReturnType)} {m.Name}({string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))})"
            )
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Members(Type type) =>
        type.GetProperties()
            .Select(p => (Id: p.GetCustomAttribute<IdAttribute>()?.Id, Property: p))
            .Where(m => m.Id is not null)
            .OrderBy(m => m.Id)
            .Select(m => $"{m.Id} {Name(m.Property.PropertyType)} {m.Property.Name}");

    private static string? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias;

    private static string Name(Type type) =>
        type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
}
