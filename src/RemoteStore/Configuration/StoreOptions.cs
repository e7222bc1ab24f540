namespace RemoteStore;

/// <summary>One store: a folder of a backend under a name.</summary>
public sealed class StoreOptions
{
    /// <summary>The name of the backend. Required.</summary>
    public string? Backend { get; set; }

    /// <summary>The folder that is the store's root; null, the default, for the whole backend. Must not be empty.</summary>
    public string? Root { get; set; }

    /// <summary>Whether all changes through this store are rejected; default false.</summary>
    public bool ReadOnly { get; set; }
}
