namespace RemoteStore;

/// <summary>The kind of entry at a path.</summary>
public enum EntryKind
{
    /// <summary>No entry exists.</summary>
    None = 0,

    /// <summary>A file.</summary>
    File = 1,

    /// <summary>A folder.</summary>
    Folder = 2,
}
