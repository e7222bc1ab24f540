namespace RemoteStore;

/// <summary>One store: a folder of a backend under a name.</summary>
public sealed class StoreOptions
{
    /// <summary>The name of the backend. Required.</summary>
    public string? Backend { get; set; }

    /// <summary>The folder that is the store's root; null, the default, for the whole backend. Never blank.</summary>
    public string? Root { get; set; }

    /// <summary>Whether every change through this store is refused; default false.</summary>
    public bool ReadOnly { get; set; }
}
