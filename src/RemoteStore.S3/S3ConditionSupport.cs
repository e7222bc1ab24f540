namespace RemoteStore;

/// <summary>What an <see cref="AsyncS3Backend"/> believes of conditional requests. Many services speak S3 and ignore conditions.</summary>
public enum S3ConditionSupport
{
    /// <summary>
    /// Find out: before the first conditional write, or with the first health check, a few requests on a probe key report what the service
    /// honours. Needs permission to write and delete below the reserved prefix <c>.~rs.probe</c>.
    /// </summary>
    Probe = 0,

    /// <summary>The service honours all of them, like Amazon S3. Use it only where that is certain: nothing is checked.</summary>
    Trusted = 1,

    /// <summary>
    /// The service honours none: <see cref="Capability.CreateOnly"/> and <see cref="Capability.Conditional"/> are not offered.
    /// </summary>
    Unsupported = 2,
}
