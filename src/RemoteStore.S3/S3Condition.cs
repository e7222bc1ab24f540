namespace RemoteStore.S3;

/// <summary>The condition of one request, in the format of the service.</summary>
/// <param name="IfMatch">The ETag in the format of the service; null for none.</param>
/// <param name="IfNoneMatch"><c>*</c>, or null.</param>
internal readonly record struct S3Condition(string? IfMatch, string? IfNoneMatch)
{
    internal static S3Condition Create { get; } = new(null, "*");
}
