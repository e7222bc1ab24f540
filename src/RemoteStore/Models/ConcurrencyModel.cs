namespace RemoteStore;

/// <summary>How many calls a backend takes at once.</summary>
public enum ConcurrencyModel
{
    /// <summary>Any number, from any thread.</summary>
    ThreadSafe = 0,

    /// <summary>One at a time (one session underneath); the bridges serialise it.</summary>
    SingleConnection = 1,
}
