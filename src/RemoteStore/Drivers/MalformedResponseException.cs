namespace RemoteStore.Drivers;

/// <summary>
/// A service has sent what cannot be a response to the request. What the request did is as unknown as after a lost answer. Never leaves a
/// driver.
/// </summary>
/// <param name="what">What is wrong with it, as the end of a sentence; quotes nothing of the response.</param>
/// <param name="inner">The cause.</param>
internal sealed class MalformedResponseException(string what, Exception? inner = null) : Exception(what, inner)
{
    /// <summary>The typed error.</summary>
    internal BackendUnavailableException ToTyped() =>
        new($"The service sent a response that cannot be used: {Message}. Check what answers at the endpoint.", inner: this)
        {
            Code = ErrorCodes.MalformedResponse,
        };
}
