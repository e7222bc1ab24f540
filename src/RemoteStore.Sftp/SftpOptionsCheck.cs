namespace RemoteStore.Sftp;

/// <summary>What is wrong with options, by property. No fault shows a value.</summary>
internal static class SftpOptionsCheck
{
    private const string Required = "a value is required.";

    internal static IEnumerable<(string Property, string Fault)> Faults(SftpBackendOptions options) =>
        Login(options).Concat(Keys(options)).Concat(Limits(options));

    internal static SftpBackendOptions Checked(SftpBackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var (property, fault) in Faults(options))
            throw new ArgumentException($"{property}: {fault}", nameof(options));
        return options;
    }

    private static IEnumerable<(string Property, string Fault)> Login(SftpBackendOptions o)
    {
        if (string.IsNullOrWhiteSpace(o.Host))
            yield return (nameof(o.Host), Required);
        else if (!IsWord(o.Host))
            yield return (nameof(o.Host), "it is a name or an address, without spaces, and does not start with '-'.");
        if (string.IsNullOrWhiteSpace(o.User))
            yield return (nameof(o.User), Required);
        else if (!IsWord(o.User))
            yield return (nameof(o.User), "it has no spaces and does not start with '-'.");
        if (o.Port is < 1 or > 65535)
            yield return (nameof(o.Port), "it is 1 to 65535.");
        if (string.IsNullOrWhiteSpace(o.Root) || o.Root.Any(char.IsControl))
            yield return (nameof(o.Root), "it is a folder's name, '.' for that of the login.");
        if (string.IsNullOrWhiteSpace(o.Name))
            yield return (nameof(o.Name), Required);
        if (string.IsNullOrWhiteSpace(o.SshCommand))
            yield return (nameof(o.SshCommand), Required);
    }

    private static IEnumerable<(string Property, string Fault)> Keys(SftpBackendOptions o)
    {
        if (o.PrivateKey is not null && o.PrivateKeyFile is not null)
            yield return (nameof(o.PrivateKeyFile), "there can be one private key; PrivateKey is given too.");
        if (o.PrivateKey is { } key && PemText.Normalize(key.Reveal()) is null)
            yield return (nameof(o.PrivateKey), "it is not a private key in PEM or OpenSSH form.");
        if (o.Passphrase is not null && o.PrivateKey is null && o.PrivateKeyFile is null)
            yield return (nameof(o.Passphrase), "there is no private key that it could open.");
        if (o.Password is { IsEmpty: true })
            yield return (nameof(o.Password), "it is empty.");
        if (o.AskPassPath is { } program && string.IsNullOrWhiteSpace(program))
            yield return (nameof(o.AskPassPath), "it is the path of a program.");
        if (o.HostKeys is { } keys && HostKeyLines.Normalize(keys).Count == 0)
            yield return (nameof(o.HostKeys), "it holds no host key.");
        if (o is { HostKeyPolicy: HostKeyPolicy.Tofu, HostKeys: not null })
            yield return (nameof(o.HostKeys), "Tofu keeps keys in a file: give KnownHostsFile instead.");
        if (!Enum.IsDefined(o.HostKeyPolicy))
            yield return (nameof(o.HostKeyPolicy), "it is Strict, Tofu or Auto.");
    }

    private static IEnumerable<(string Property, string Fault)> Limits(SftpBackendOptions o)
    {
        if (!IsWithin(o.ConnectTimeout, TimeSpan.FromHours(1)))
            yield return (nameof(o.ConnectTimeout), "it is more than zero and at most 1 hour.");
        if (o.RequestTimeout is { } timeout && !IsWithin(timeout, TimeSpan.FromDays(1)))
            yield return (nameof(o.RequestTimeout), "it is more than zero and at most 1 day.");
        if (o.KeepAlive != TimeSpan.Zero && (o.KeepAlive < TimeSpan.FromSeconds(1) || o.KeepAlive > TimeSpan.FromHours(1)))
            yield return (nameof(o.KeepAlive), "it is zero, or 1 second to 1 hour.");
        if (o.MaxSessions is < 1 or > 64)
            yield return (nameof(o.MaxSessions), "it is 1 to 64.");
        if (o.MaxBytesInFlight is < 32 * 1024 or > 64 * 1024 * 1024)
            yield return (nameof(o.MaxBytesInFlight), "it is 32768 to 67108864.");
        if (!Enum.IsDefined(o.Fence))
            yield return (nameof(o.Fence), "it is Auto or None.");
        if (!OctalMode.IsFileMode(o.FileMode))
            yield return (nameof(o.FileMode), OctalMode.FileFault);
        if (!OctalMode.IsFolderMode(o.FolderMode))
            yield return (nameof(o.FolderMode), OctalMode.FolderFault);
        if (o.StagingGrace <= TimeSpan.Zero)
            yield return (nameof(o.StagingGrace), "it is more than zero.");
        if (!IsWithin(o.ListingIdle, TimeSpan.FromDays(1)))
            yield return (nameof(o.ListingIdle), "it is more than zero and at most 1 day.");
    }

    private static bool IsWithin(TimeSpan value, TimeSpan most) => value > TimeSpan.Zero && value <= most;

    private static bool IsWord(string text) => text[0] != '-' && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
