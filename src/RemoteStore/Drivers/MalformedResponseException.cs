namespace RemoteStore.Drivers;

/// <summary>
/// A service has sent a response that does not fit the request. Whether the request was executed is unknown, as after a lost response.
/// Never leaves a driver.
/// </summary>
/// <param name="what">What is wrong with it, as the end of a sentence; must not quote the response.</param>
/// <param name="inner">The cause.</param>
internal sealed class MalformedResponseException(string what, Exception? inner = null) : Exception(what, inner)
{
    /// <summary>The typed error.</summary>
    internal BackendUnavailableException ToTyped() =>
        new($"The service sent a malformed response: {Message}. Check which service responds at the endpoint.", inner: this)
        {
            Code = ErrorCodes.MalformedResponse,
        };
}
