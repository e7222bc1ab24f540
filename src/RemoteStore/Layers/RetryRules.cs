namespace RemoteStore;

/// <summary>Decides which calls may be retried after a lost response.</summary>
internal static class RetryRules
{
    internal static CallTraits Write(WriteContent content, WriteOptions? options) =>
        CallTraits.Mutation
        | CallTraits.LongRunning
        | (content.Stream is { CanSeek: false } ? CallTraits.Once : CallTraits.None)
        | (
            content.Stream is not { CanSeek: false } && options is { Overwrite: true, IfMatch: null, IfNoneMatch: null }
                ? CallTraits.Retryable
                : CallTraits.None
        );

    internal static CallTraits Delete(DeleteOptions? options) =>
        CallTraits.Mutation | (options is { IgnoreMissing: true, IfMatch: null } ? CallTraits.Retryable : CallTraits.None);

    internal static CallTraits DeleteFolder(DeleteFolderOptions? options) =>
        CallTraits.Mutation | CallTraits.LongRunning | (options is { IgnoreMissing: true } ? CallTraits.Retryable : CallTraits.None);

    internal static CallTraits Copy(MoveCopyOptions? options) =>
        CallTraits.Mutation
        | CallTraits.LongRunning
        | (options is { Overwrite: true, IfMatch: null, DestinationIfMatch: null } ? CallTraits.Retryable : CallTraits.None);
}
