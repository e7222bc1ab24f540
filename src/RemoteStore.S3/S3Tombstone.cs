using System.Text;

namespace RemoteStore.S3;

/// <summary>
/// What exists at a key between the decision to delete a version and its removal, where the service ignores conditions of a DELETE: an
/// object of this very size with a mark in its metadata. To readers it is nothing.
/// </summary>
internal static class S3Tombstone
{
    /// <summary>An odd size, so that listings need to look at few others.</summary>
    internal const int Size = 113;

    internal static ReadOnlyMemory<byte> Bytes(S3History own) =>
        Encoding.ASCII.GetBytes($"The file was deleted here, and this mark is about to go too. {own.Own}".PadRight(Size));
}
