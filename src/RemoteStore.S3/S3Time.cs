namespace RemoteStore.S3;

/// <summary>The SDK's times, cut to whole seconds: headers tell no more, and the same version must have the same time everywhere.</summary>
internal static class S3Time
{
    internal static DateTimeOffset? Of(DateTime? time) => time is { } t
        ? DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(t.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(t, DateTimeKind.Utc) : t).ToUnixTimeSeconds())
        : null;
}
