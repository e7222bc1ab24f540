using System.Text;

namespace RemoteStore.S3;

/// <summary>
/// The tombstone at a key between the decision to delete a version and its removal, where the service ignores
/// conditions of a DELETE: an object of this exact size with a mark in its metadata. Readers treat it as missing.
/// </summary>
internal static class S3Tombstone
{
    /// <summary>An unusual size, so that listings need to read the metadata of few other objects.</summary>
    internal const int Size = 113;

    internal static ReadOnlyMemory<byte> Bytes(S3History own) =>
        Encoding.ASCII.GetBytes($"This file was deleted; the tombstone is removed shortly. {own.Own}".PadRight(Size));
}
