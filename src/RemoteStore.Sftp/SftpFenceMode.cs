namespace RemoteStore.Sftp;

/// <summary>Whether the backend refuses late writes of a writer that was frozen while others wrote.</summary>
public enum SftpFenceMode
{
    /// <summary>
    /// Fenced if the server supports it (<c>hardlink@openssh.com</c>, <c>posix-rename@openssh.com</c>, symbolic links): each
    /// version has at most one successor, and conditions are evaluated atomically with the commit. Otherwise as <see cref="None"/>.
    /// </summary>
    Auto = 0,

    /// <summary>The last writer wins. Fewer round trips; for folders that have one writer.</summary>
    None = 1,
}
