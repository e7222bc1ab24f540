namespace RemoteStore;

/// <summary>From where the files of a backend can be reached.</summary>
public enum BackendScope
{
    /// <summary>From one process (memory).</summary>
    Process = 0,

    /// <summary>From one machine (a local folder, unless it is a shared mount).</summary>
    Machine = 1,

    /// <summary>From anywhere (a service).</summary>
    Network = 2,
}
