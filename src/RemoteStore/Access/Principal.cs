namespace RemoteStore;

/// <summary>The authenticated caller.</summary>
/// <param name="Name">The name, compared ordinally; null for an unauthenticated caller.</param>
public sealed record Principal(string? Name)
{
    /// <summary>The unauthenticated caller.</summary>
    public static Principal Anonymous { get; } = new((string?)null);

    /// <summary>The name, or <c>(anonymous)</c>.</summary>
    public override string ToString() => Name ?? "(anonymous)";
}
