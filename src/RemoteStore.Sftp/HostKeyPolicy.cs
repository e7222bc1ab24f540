namespace RemoteStore.Sftp;

/// <summary>Which server keys are accepted.</summary>
public enum HostKeyPolicy
{
    /// <summary>Only known keys. An unknown key is refused, and so is a changed one.</summary>
    Strict = 0,

    /// <summary>Trust on first use: an unknown key is added to the file of known hosts, a changed one is refused.</summary>
    Tofu = 1,

    /// <summary>Any key. For development only: any server is believed, and gets the password.</summary>
    Auto = 2,
}
