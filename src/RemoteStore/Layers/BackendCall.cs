namespace RemoteStore;

/// <summary>What a layer knows of a call before it is made.</summary>
[Flags]
internal enum CallTraits
{
    /// <summary>A change whose retry could report a wrong result, with content that can be read again.</summary>
    None = 0,

    /// <summary>Idempotent: twice gives the same state and the same answer as once.</summary>
    Retryable = 1,

    /// <summary>Never retried: its content can be read only once.</summary>
    Once = 2,

    /// <summary>It changes state that others see.</summary>
    Mutation = 4,

    /// <summary>It transfers whole contents or walks a tree, and may take long.</summary>
    LongRunning = 8,
}

/// <summary>A call that passes through a layer.</summary>
/// <param name="Operation">The name of the operation, one of <see cref="Operations"/>.</param>
/// <param name="Key">The key; null for none.</param>
/// <param name="Traits">Its properties.</param>
/// <param name="Content">The content stream of a write.</param>
internal readonly record struct BackendCall(string Operation, string? Key, CallTraits Traits, Stream? Content = null);
