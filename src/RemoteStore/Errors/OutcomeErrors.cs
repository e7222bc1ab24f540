namespace RemoteStore;

/// <summary>Errors that answer what was asked: the operation was carried out, and this is what it found.</summary>
internal static class OutcomeErrors
{
    internal static bool IsOutcome(Exception e) =>
        e is NotFoundException or AlreadyExistsException or PreconditionFailedException or InvalidPathException or FolderNotEmptyException;
}
