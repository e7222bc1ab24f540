namespace RemoteStore.Grains;

/// <summary>A change, as the audit log reports it.</summary>
internal readonly record struct AuditedChange(string Verb, string Store, string Key, Guid? Operation)
{
    internal string? Destination { get; init; }

    /// <summary>The version before; null when it is not known.</summary>
    internal string? Before { get; init; }
}
