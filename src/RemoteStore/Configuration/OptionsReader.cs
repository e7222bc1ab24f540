using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace RemoteStore;

/// <summary>
/// Reads a configuration section into the settable properties of a class. Collects faults by key, and never shows a value: it may be a
/// misplaced secret.
/// </summary>
internal sealed class OptionsReader
{
    internal List<string> Faults { get; } = [];

    /// <summary>Reads the options.</summary>
    /// <param name="section">The section of the options.</param>
    /// <param name="except">A property that configuration may not set.</param>
    internal T Read<T>(IConfigurationSection section, string? except = null)
        where T : class, new() => (T)Read(typeof(T), section, except);

    internal void ThrowOnFaults()
    {
        if (Faults.Count > 0)
            throw new OptionsValidationException(RemoteStoreOptions.SectionName, typeof(RemoteStoreOptions), Faults);
    }

    private static Dictionary<string, PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => (p.SetMethod is { IsPublic: true } || EntryOf(p.PropertyType) is not null) && p.GetIndexParameters().Length == 0)
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

    private static bool IsNested(Type type) =>
        type.IsClass
        && type != typeof(string)
        && type.Namespace?.StartsWith(nameof(RemoteStore), StringComparison.Ordinal) == true
        && !TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>The type of the entries of a dictionary of options by name; null for anything else.</summary>
    private static Type? EntryOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) && IsNested(type.GenericTypeArguments[1])
            ? type.GenericTypeArguments[1]
            : null;

    private static string Described(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum)
            return $"one of {string.Join(", ", Enum.GetNames(bare))}";
        return bare switch
        {
            _ when bare == typeof(bool) => "true or false",
            _ when bare == typeof(int) || bare == typeof(long) => "a whole number within its range",
            _ when bare == typeof(double) => "a number",
            _ when bare == typeof(TimeSpan) => "a duration (hh:mm:ss)",
            _ when bare == typeof(Uri) => "an address",
            _ => $"a {bare.Name}",
        };
    }

    private object Read(Type type, IConfigurationSection section, string? except = null)
    {
        var options = Activator.CreateInstance(type)!;
        var properties = PropertiesOf(type);
        properties.Remove(except ?? "");
        foreach (var child in section.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
                Set(options, property, child);
            else
                Faults.Add($"{child.Path}: unknown option.{ConfigurationKeys.Hint(child.Key, properties.Keys)}");
        }

        return options;
    }

    private void Set(object options, PropertyInfo property, IConfigurationSection section)
    {
        if (IsNested(property.PropertyType))
        {
            property.SetValue(options, Read(property.PropertyType, section));
            return;
        }

        if (EntryOf(property.PropertyType) is { } entry)
        {
            var entries = (IDictionary)property.GetValue(options)!;
            foreach (var child in section.GetChildren())
                entries[child.Key] = Read(entry, child);
            return;
        }

        try
        {
            if (section.Get(property.PropertyType) is { } value)
                property.SetValue(options, value);
            else if (!string.IsNullOrEmpty(section.Value))
                Faults.Add($"{section.Path}: cannot be set by configuration (expected {Described(property.PropertyType)}).");
        }
        catch (Exception e)
            when (e is InvalidOperationException or FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            Faults.Add($"{section.Path}: must be {Described(property.PropertyType)}.");
        }
    }
}
