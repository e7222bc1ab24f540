namespace RemoteStore;

/// <summary>What exists at a path.</summary>
public enum EntryKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A file.</summary>
    File = 1,

    /// <summary>A folder.</summary>
    Folder = 2,
}
