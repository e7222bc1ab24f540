namespace RemoteStore;

/// <summary>What an owner answers to a read.</summary>
/// <param name="Info">The file that was read.</param>
/// <param name="Content">The bytes asked for; null when there are more than the caller takes at once.</param>
/// <param name="Rented">
/// The array of <c>ArrayPool&lt;byte&gt;.Shared</c> that holds the content and now belongs to the caller; null when the content is the owner's own and must
/// not be changed.
/// </param>
public readonly record struct PathRead(RemoteFileInfo Info, ReadOnlyMemory<byte>? Content, byte[]? Rented);
