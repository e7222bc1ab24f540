namespace RemoteStore.S3;

/// <summary>The condition of one request, in the service's own words.</summary>
/// <param name="IfMatch">The ETag as the service wants it; null for none.</param>
/// <param name="IfNoneMatch"><c>*</c>, or null.</param>
internal readonly record struct S3Condition(string? IfMatch, string? IfNoneMatch)
{
    internal static S3Condition Create { get; } = new(null, "*");
}
