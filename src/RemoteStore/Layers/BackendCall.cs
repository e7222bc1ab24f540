namespace RemoteStore;

/// <summary>What a layer may know of a call before it is made.</summary>
[Flags]
internal enum CallTraits
{
    /// <summary>A change whose repetition could report a lie, from content that can be given again.</summary>
    None = 0,

    /// <summary>Making it twice gives the same state and the same answer as making it once.</summary>
    Retryable = 1,

    /// <summary>Never again: its content can be read only once.</summary>
    Once = 2,

    /// <summary>It changes what others see.</summary>
    Mutation = 4,

    /// <summary>It moves whole contents or walks a tree, and may take long.</summary>
    LongRunning = 8,
}

/// <summary>One call on its way through a layer.</summary>
/// <param name="Operation">The name of the operation, one of <see cref="Operations"/>.</param>
/// <param name="Key">The key; null when the call has none.</param>
/// <param name="Traits">What is known of it.</param>
/// <param name="Content">The stream of a write.</param>
internal readonly record struct BackendCall(string Operation, string? Key, CallTraits Traits, Stream? Content = null);
