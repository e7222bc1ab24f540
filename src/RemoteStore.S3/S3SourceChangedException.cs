namespace RemoteStore.S3;

/// <summary>The version to be copied no longer exists. Never leaves the driver.</summary>
internal sealed class S3SourceChangedException(Exception inner) : Exception("The source has changed since it was read.", inner);
