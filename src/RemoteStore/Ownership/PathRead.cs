namespace RemoteStore.Ownership;

/// <summary>An owner's answer to a read.</summary>
/// <param name="Info">The file that was read.</param>
/// <param name="Content">The requested bytes; null when they exceed the caller's limit.</param>
/// <param name="Rented">
/// The array of <c>ArrayPool&lt;byte&gt;.Shared</c> that holds the content and now belongs to the caller; null when the content belongs to
/// the owner and must not be changed.
/// </param>
internal readonly record struct PathRead(RemoteFileInfo Info, ReadOnlyMemory<byte>? Content, byte[]? Rented)
{
    /// <summary>Answers from the whole content; evaluates condition and range.</summary>
    /// <exception cref="PreconditionFailedException">The condition does not hold.</exception>
    internal static PathRead Of(RemoteFileInfo info, byte[] content, ReadOptions options, int limit, string backend)
    {
        if (Conditions.Failure(info, options.IfMatch, info.Path, backend) is { } failure)
            throw failure;
        var range = options.Range ?? default;
        var count = (int)range.CountOf(content.Length);
        return new PathRead(info, count <= limit ? content.AsMemory((int)Math.Min(range.Offset, content.Length), count) : null, null);
    }
}
