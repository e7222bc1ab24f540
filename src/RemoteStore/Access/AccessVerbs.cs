namespace RemoteStore;

/// <summary>The actions that a rule can allow below a prefix of a store.</summary>
[Flags]
public enum AccessVerbs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reads contents and facts of files; the source of a copy and of a move.</summary>
    Read = 1,

    /// <summary>Lists folders, and sums up their contents.</summary>
    List = 2,

    /// <summary>Creates and replaces files; the destination of a copy and of a move.</summary>
    Write = 4,

    /// <summary>Deletes files and folders; the source of a move.</summary>
    Delete = 8,

    /// <summary>Manages keys and settings. No store operation needs it.</summary>
    Administer = 16,

    /// <summary>All of them.</summary>
    All = Read | List | Write | Delete | Administer,
}
