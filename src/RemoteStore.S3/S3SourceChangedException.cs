namespace RemoteStore.S3;

/// <summary>The version that was to be copied is not there any longer. Never leaves the driver.</summary>
internal sealed class S3SourceChangedException(Exception inner) : Exception("The source has changed since it was checked.", inner);
