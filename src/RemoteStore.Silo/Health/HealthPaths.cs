namespace RemoteStore.Silo;

/// <summary>Where health requests go, on the HTTP port, and how long their answers may take.</summary>
internal static class HealthPaths
{
    /// <summary>Whether the process answers at all. Asks nothing of anyone.</summary>
    internal const string Live = "/health/live";

    /// <summary>Whether work should be sent here: membership, and each store.</summary>
    internal const string Ready = "/health/ready";

    /// <summary>How long the stores' backends may take to answer, in seconds.</summary>
    internal const int StoreSeconds = 5;
}
