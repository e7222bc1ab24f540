namespace RemoteStore.S3;

/// <summary>The SDK's times.</summary>
internal static class S3Time
{
    internal static DateTimeOffset? Of(DateTime? time) => time is { } t
        ? new DateTimeOffset(t.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(t, DateTimeKind.Utc) : t.ToUniversalTime())
        : null;
}
