namespace RemoteStore.S3;

/// <summary>The version that was to be copied is not there any more. Never leaves the driver.</summary>
internal sealed class S3SourceChangedException(Exception inner) : Exception("The source has changed since it was looked at.", inner);
