namespace RemoteStore;

/// <summary>
/// How an <see cref="AsyncS3Backend"/> determines which conditional requests the service supports. Many S3 services ignore conditions.
/// </summary>
public enum S3ConditionSupport
{
    /// <summary>
    /// By a probe: before the first conditional write, or with the first health check, a few requests on a probe key detect
    /// the supported conditions. Requires permission to write and delete below the reserved prefix <c>.~rs.probe</c>.
    /// </summary>
    Probe = 0,

    /// <summary>The service supports all conditions, like Amazon S3. Use it only if that is certain: nothing is verified.</summary>
    Trusted = 1,

    /// <summary>
    /// The service supports no conditions: <see cref="Capability.CreateOnly"/> and <see cref="Capability.Conditional"/> are not declared.
    /// </summary>
    Unsupported = 2,
}
