using RemoteStore.Ownership;

namespace RemoteStore.Grains;

/// <summary>A file and, if they are few, the requested bytes.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.read-reply")]
public sealed record ReadReply
{
    /// <summary>The file that was read.</summary>
    [Id(0)]
    public required WireFile File { get; init; }

    /// <summary>The bytes, which the receiver disposes; null when they do not fit into one reply.</summary>
    [Id(1)]
    public Payload? Content { get; init; }

    /// <summary>Whether the file is read so often that the caller should use an <see cref="IReaderGrain"/> for a while.</summary>
    [Id(2)]
    public bool IsHot { get; init; }

    /// <summary>
    /// Whether the file is the one of <see cref="ReadRequest.IfNoneMatch"/>: then the reply contains only its ETag, and no bytes.
    /// </summary>
    [Id(3)]
    public bool IsUnchanged { get; init; }

    /// <summary>Creates the reply for an unchanged file.</summary>
    /// <param name="etag">The version that the caller has.</param>
    public static ReadReply Unchanged(string etag) =>
        new()
        {
            File = new WireFile { ETag = etag },
            IsUnchanged = true,
        };

    /// <summary>Converts the reply to a request for the whole file; null when it is unchanged. The bytes are copied and disposed.</summary>
    internal PathSnapshot? ToSnapshot(string store, string key)
    {
        using var content = Content;
        return IsUnchanged ? null : new PathSnapshot(store, File.ToInfo(key), content?.Memory.ToArray());
    }
}
