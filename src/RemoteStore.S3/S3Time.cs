namespace RemoteStore.S3;

/// <summary>
/// The SDK's times, cut to whole seconds: headers report no further, and the same version must have the same time everywhere.
/// </summary>
internal static class S3Time
{
    // No object is older than the count of seconds: such a time shows nothing.
    internal static DateTimeOffset? Of(DateTime? time) =>
        time is { } t && Utc(t) is var utc && utc > DateTime.UnixEpoch
            ? DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(utc).ToUnixTimeSeconds())
            : null;

    private static DateTime Utc(DateTime time) =>
        DateTime.SpecifyKind(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time, DateTimeKind.Utc);
}
