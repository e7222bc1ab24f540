namespace RemoteStore.Sftp;

/// <summary>The server keys that are accepted.</summary>
public enum HostKeyPolicy
{
    /// <summary>Only known keys. Unknown and changed keys are refused.</summary>
    Strict = 0,

    /// <summary>Trust on first use: an unknown key is added to the known_hosts file, a changed one is refused.</summary>
    Tofu = 1,

    /// <summary>Any key. For development only: any server is trusted and receives the password.</summary>
    Auto = 2,
}
