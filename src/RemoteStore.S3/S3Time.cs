namespace RemoteStore.S3;

/// <summary>
/// The times of the SDK, truncated to whole seconds: headers have no finer precision, and the same version must always have the same time.
/// </summary>
internal static class S3Time
{
    // No object is older than the Unix epoch: such a time is not valid.
    internal static DateTimeOffset? Of(DateTime? time) =>
        time is { } t && Utc(t) is var utc && utc > DateTime.UnixEpoch
            ? DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(utc).ToUnixTimeSeconds())
            : null;

    private static DateTime Utc(DateTime time) =>
        DateTime.SpecifyKind(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time, DateTimeKind.Utc);
}
