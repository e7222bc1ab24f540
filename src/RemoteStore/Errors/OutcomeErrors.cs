namespace RemoteStore;

/// <summary>Errors that are answers: the operation was executed, and this is its outcome.</summary>
internal static class OutcomeErrors
{
    internal static bool IsOutcome(Exception e) =>
        e is NotFoundException or AlreadyExistsException or PreconditionFailedException or InvalidPathException or FolderNotEmptyException;
}
