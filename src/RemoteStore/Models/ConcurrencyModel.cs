namespace RemoteStore;

/// <summary>How many concurrent calls a backend accepts.</summary>
public enum ConcurrencyModel
{
    /// <summary>Any number, from any thread.</summary>
    ThreadSafe = 0,

    /// <summary>One call at a time (a single session); the adapters serialise the calls.</summary>
    SingleConnection = 1,
}
