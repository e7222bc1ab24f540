namespace RemoteStore.Silo;

/// <summary>The paths of health requests on the HTTP port, and the timeout of their checks.</summary>
internal static class HealthPaths
{
    /// <summary>Liveness: whether the process responds. Checks nothing else.</summary>
    internal const string Live = "/health/live";

    /// <summary>Readiness: whether this silo should receive work. Checks the membership and each store.</summary>
    internal const string Ready = "/health/ready";

    /// <summary>The timeout of the backends' health checks, in seconds.</summary>
    internal const int StoreSeconds = 5;
}
