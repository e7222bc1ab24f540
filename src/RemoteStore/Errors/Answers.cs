namespace RemoteStore;

/// <summary>Errors that answer what was asked: the operation was carried out, and this is what it found.</summary>
internal static class Answers
{
    internal static bool IsAnswer(Exception e) =>
        e is NotFoundException or AlreadyExistsException or PreconditionFailedException or InvalidPathException or DirectoryNotEmptyException;
}
