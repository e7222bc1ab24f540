namespace RemoteStore.Grains;

/// <summary>A file or a folder of a listing.</summary>
[GenerateSerializer, Immutable, Alias("remotestore.entry")]
public sealed record WireEntry
{
    /// <summary>The key.</summary>
    [Id(0)]
    public required string Path { get; init; }

    /// <summary>The metadata of a file; null for a folder.</summary>
    [Id(1)]
    public WireFile? File { get; init; }

    /// <summary>Converts an entry to its wire format.</summary>
    /// <param name="entry">The entry.</param>
    public static WireEntry From(RemoteEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new WireEntry { Path = entry.Path, File = entry is RemoteFileInfo file ? WireFile.From(file) : null };
    }

    /// <summary>Converts back to an entry.</summary>
    public RemoteEntry ToEntry() => File is null ? new RemoteFolderEntry(Path) : File.ToInfo(Path);
}
