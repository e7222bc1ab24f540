namespace RemoteStore;

/// <summary>Which calls may be made again after an answer was lost: the one place that decides.</summary>
internal static class RepeatRules
{
    internal static CallTraits Write(WriteContent content, WriteOptions? options) =>
        CallTraits.Mutation | CallTraits.Transfer
        | (content.Stream is { CanSeek: false } ? CallTraits.Once : CallTraits.None)
        | (content.Stream is not { CanSeek: false } && options is { Overwrite: true, IfMatch: null, IfNoneMatch: null }
            ? CallTraits.Repeatable
            : CallTraits.None);

    internal static CallTraits Delete(DeleteOptions? options) =>
        CallTraits.Mutation | (options is { MissingOk: true, IfMatch: null } ? CallTraits.Repeatable : CallTraits.None);

    internal static CallTraits DeleteFolder(DeleteFolderOptions? options) =>
        CallTraits.Mutation | CallTraits.Transfer | (options is { MissingOk: true } ? CallTraits.Repeatable : CallTraits.None);

    internal static CallTraits Copy(TransferOptions? options) =>
        CallTraits.Mutation | CallTraits.Transfer | (options is { Overwrite: true, IfMatch: null, DestinationIfMatch: null } ? CallTraits.Repeatable : CallTraits.None);
}
