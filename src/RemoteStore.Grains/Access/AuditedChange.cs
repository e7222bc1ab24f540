namespace RemoteStore.Grains;

/// <summary>A change as it appears in the audit log.</summary>
internal readonly record struct AuditedChange(string Verb, string Store, string Key, Guid? Operation)
{
    internal string? Destination { get; init; }

    /// <summary>The version before the change; null when unknown.</summary>
    internal string? Before { get; init; }
}
