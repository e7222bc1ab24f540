namespace RemoteStore.Sftp;

/// <summary>The faults of options, by property. No fault shows a value.</summary>
internal static class SftpOptionsCheck
{
    private const string Required = "must be set.";

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
            yield return (nameof(o.Host), "must be a name or an address, without spaces, and must not start with '-'.");
        if (string.IsNullOrWhiteSpace(o.User))
            yield return (nameof(o.User), Required);
        else if (!IsWord(o.User))
            yield return (nameof(o.User), "must not contain spaces or start with '-'.");
        if (o.Port is < 1 or > 65535)
            yield return (nameof(o.Port), "must be between 1 and 65535.");
        if (string.IsNullOrWhiteSpace(o.Root) || o.Root.Any(char.IsControl))
            yield return (nameof(o.Root), "must be the name of a folder, or '.' for that of the login.");
        if (string.IsNullOrWhiteSpace(o.Name))
            yield return (nameof(o.Name), Required);
        if (string.IsNullOrWhiteSpace(o.SshCommand))
            yield return (nameof(o.SshCommand), Required);
    }

    private static IEnumerable<(string Property, string Fault)> Keys(SftpBackendOptions o)
    {
        if (o.PrivateKey is not null && o.PrivateKeyFile is not null)
            yield return (nameof(o.PrivateKeyFile), "must not be set together with PrivateKey.");
        if (o.PrivateKey is { } key && PemText.Normalize(key.Reveal()) is null)
            yield return (nameof(o.PrivateKey), "must be a private key in PEM or OpenSSH format.");
        if (o.Passphrase is not null && o.PrivateKey is null && o.PrivateKeyFile is null)
            yield return (nameof(o.Passphrase), "must not be set without PrivateKey or PrivateKeyFile.");
        if (o.Password is { IsEmpty: true })
            yield return (nameof(o.Password), "must not be empty.");
        if (o.AskPassPath is { } program && string.IsNullOrWhiteSpace(program))
            yield return (nameof(o.AskPassPath), "must be the path of a program.");
        if (o.HostKeys is { } keys && HostKeyLines.Normalize(keys).Count == 0)
            yield return (nameof(o.HostKeys), "must contain at least one host key.");
        if (o is { HostKeyPolicy: HostKeyPolicy.Tofu, HostKeys: not null })
            yield return (nameof(o.HostKeys), "must not be set with Tofu, which keeps keys in a file; set KnownHostsFile instead.");
        if (!Enum.IsDefined(o.HostKeyPolicy))
            yield return (nameof(o.HostKeyPolicy), "must be Strict, Tofu or Auto.");
    }

    private static IEnumerable<(string Property, string Fault)> Limits(SftpBackendOptions o)
    {
        if (!IsWithin(o.ConnectTimeout, TimeSpan.FromHours(1)))
            yield return (nameof(o.ConnectTimeout), "must be more than zero and at most 1 hour.");
        if (o.RequestTimeout is { } timeout && !IsWithin(timeout, TimeSpan.FromDays(1)))
            yield return (nameof(o.RequestTimeout), "must be more than zero and at most 1 day.");
        if (o.KeepAlive != TimeSpan.Zero && (o.KeepAlive < TimeSpan.FromSeconds(1) || o.KeepAlive > TimeSpan.FromHours(1)))
            yield return (nameof(o.KeepAlive), "must be zero, or between 1 second and 1 hour.");
        if (o.MaxSessions is < 1 or > 64)
            yield return (nameof(o.MaxSessions), "must be between 1 and 64.");
        if (o.MaxBytesInFlight is < 32 * 1024 or > 64 * 1024 * 1024)
            yield return (nameof(o.MaxBytesInFlight), "must be between 32768 and 67108864.");
        if (!Enum.IsDefined(o.Fence))
            yield return (nameof(o.Fence), "must be Auto or None.");
        if (!OctalMode.IsFileMode(o.FileMode))
            yield return (nameof(o.FileMode), OctalMode.FileFault);
        if (!OctalMode.IsFolderMode(o.FolderMode))
            yield return (nameof(o.FolderMode), OctalMode.FolderFault);
        if (o.StagingGrace <= TimeSpan.Zero)
            yield return (nameof(o.StagingGrace), "must be more than zero.");
        if (!IsWithin(o.ListingIdle, TimeSpan.FromDays(1)))
            yield return (nameof(o.ListingIdle), "must be more than zero and at most 1 day.");
    }

    private static bool IsWithin(TimeSpan value, TimeSpan most) => value > TimeSpan.Zero && value <= most;

    private static bool IsWord(string text) => text[0] != '-' && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
