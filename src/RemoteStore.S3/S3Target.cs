namespace RemoteStore.S3;

/// <summary>Where a copy goes.</summary>
/// <param name="Key">The key.</param>
/// <param name="Options">What must hold there.</param>
/// <param name="Traits">What the service honours.</param>
internal sealed record S3Target(string Key, WriteOptions Options, S3ServiceFeatures Traits);
