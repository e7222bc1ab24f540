namespace RemoteStore.Grains;

/// <summary>An option of <see cref="ClusterTlsOptions"/> that cannot be used.</summary>
/// <param name="option">The name of the option.</param>
/// <param name="fault">The fault, without a full stop.</param>
/// <param name="inner">The cause.</param>
internal sealed class TlsFaultException(string option, string fault, Exception? inner = null)
    : ArgumentException($"Tls.{option}: {fault}.", inner)
{
    internal string Option => option;

    internal string Fault => fault;
}
