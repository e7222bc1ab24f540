namespace RemoteStore;

/// <summary>
/// The values of <see cref="RemoteStoreException.Code"/> that RemoteStore itself gives, stable across versions. What each means for the
/// caller, and whether the change was applied: docs/errors.md. The codes of a service are in <see cref="RemoteStoreException.NativeCode"/>.
/// </summary>
public static class ErrorCodes
{
    /// <summary>
    /// The response to a change was lost, and the file does not show whether it was applied. Read the file before retrying.
    /// </summary>
    public const string OutcomeUnknown = "OutcomeUnknown";

    /// <summary>The backend or the bridge is closed. Not applied, unless the call was running.</summary>
    public const string Closed = "Closed";

    /// <summary>The service sent a response that does not fit the request. Whether a change was applied is unknown.</summary>
    public const string MalformedResponse = "MalformedResponse";

    /// <summary>The file system folds or normalizes names, so that two keys could be one file. Not applied.</summary>
    public const string NameFolding = "NameFolding";

    /// <summary>Another owner has changed the file since this one read it. Not applied; retried by the client.</summary>
    public const string StaleOwner = "StaleOwner";

    /// <summary>The deadline of the call was over before it was committed. Not applied.</summary>
    public const string DeadlineExceeded = "DeadlineExceeded";

    /// <summary>Other operations kept the path for too long. Not applied; may be retried.</summary>
    public const string PathBusy = "PathBusy";

    /// <summary>
    /// An earlier attempt of the same operation may still be running at another owner. This one was not applied; retried by the client.
    /// </summary>
    public const string AttemptInProgress = "AttemptInProgress";

    /// <summary>The silo, the store, the path or the client has too much in flight. Not applied; retry after RetryAfter.</summary>
    public const string SiloFull = "SiloFull";

    /// <summary>The silo is stopping. Not applied; another silo takes the call.</summary>
    public const string SiloStopping = "SiloStopping";

    /// <summary>More content was sent inline than the store allows. Not applied.</summary>
    public const string InlineLimitExceeded = "InlineLimitExceeded";

    /// <summary>
    /// A silo or a gateway could not be reached, or did not answer in time. Whether a change was applied is unknown, unless
    /// RefusedBeforeExecution is set.
    /// </summary>
    public const string ClusterUnavailable = "ClusterUnavailable";

    /// <summary>The silo no longer knows the transfer: it has ended, or its silo was lost. Nothing was published.</summary>
    public const string TransferEnded = "TransferEnded";

    /// <summary>Length or hash of the received content differ from those of the sent content. Nothing was published.</summary>
    public const string ContentMismatch = "ContentMismatch";

    /// <summary>The file was replaced while it was read, and the rest of the version that was begun is gone. Open it again.</summary>
    public const string FileChanged = "FileChanged";
}
