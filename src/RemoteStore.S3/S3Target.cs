namespace RemoteStore.S3;

/// <summary>The target of a copy.</summary>
/// <param name="Key">The key.</param>
/// <param name="Options">The conditions at the target.</param>
/// <param name="Traits">The conditions that the service supports.</param>
internal sealed record S3Target(string Key, WriteOptions Options, S3ServiceFeatures Traits);
