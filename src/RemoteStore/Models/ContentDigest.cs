namespace RemoteStore;

/// <summary>A verified hash of a file's content.</summary>
public sealed record ContentDigest
{
    /// <summary>Creates the digest; both parts are kept in lower case.</summary>
    /// <param name="algorithm">The algorithm, for example <c>md5</c> or <c>sha256</c>.</param>
    /// <param name="value">The hash in hexadecimal.</param>
    /// <exception cref="ArgumentException">A part is empty or the value is not hexadecimal.</exception>
    public ContentDigest(string algorithm, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(algorithm);
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        if (!value.All(char.IsAsciiHexDigit))
            throw new ArgumentException("The digest must be hexadecimal.", nameof(value));
        Algorithm = algorithm.ToLowerInvariant();
        Value = value.ToLowerInvariant();
    }

    /// <summary>The algorithm, in lower case.</summary>
    public string Algorithm { get; }

    /// <summary>The hash, in lower-case hexadecimal.</summary>
    public string Value { get; }

    /// <summary><c>algorithm:value</c>.</summary>
    public override string ToString() => $"{Algorithm}:{Value}";
}
