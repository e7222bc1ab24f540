namespace RemoteStore.Sftp;

/// <summary>Whether a writer that was frozen while others wrote is refused by the backend itself.</summary>
public enum SftpFenceMode
{
    /// <summary>
    /// Where the server offers what it takes (<c>hardlink@openssh.com</c>, <c>posix-rename@openssh.com</c>, symbolic links): each version
    /// has at most one successor, and conditions are decided with the commit. Elsewhere as <see cref="None"/>.
    /// </summary>
    Auto = 0,

    /// <summary>The last writer wins. Fewer round trips; for folders that have one writer.</summary>
    None = 1,
}
