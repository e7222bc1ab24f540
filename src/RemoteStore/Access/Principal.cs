namespace RemoteStore;

/// <summary>Who makes a call, as it was authenticated.</summary>
/// <param name="Name">The name, compared character by character; null for a caller that was not authenticated.</param>
public sealed record Principal(string? Name)
{
    /// <summary>A caller that was not authenticated.</summary>
    public static Principal Anonymous { get; } = new((string?)null);

    /// <summary>The name, or <c>(anonymous)</c>.</summary>
    public override string ToString() => Name ?? "(anonymous)";
}
