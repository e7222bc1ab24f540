namespace RemoteStore;

/// <summary>The folder of a <see cref="LocalBackend"/> and its settings.</summary>
public sealed record LocalBackendOptions
{
    /// <summary>The folder. Required; a relative path is resolved against the current directory at construction.</summary>
    public string Root { get; init; } = "";

    /// <summary>The name in errors and metrics; default <c>local</c>.</summary>
    public string Name { get; init; } = "local";

    /// <summary>
    /// Whether a write or a health check creates the root when it does not exist; default true. Set it to false where the root is a mount
    /// that may be missing: then both fail with <see cref="NotFoundException"/> instead of filling the disk below.
    /// </summary>
    public bool CreateRoot { get; init; } = true;

    /// <summary>
    /// Whether a change is synced to the disk (the file, then its folder) before it is acknowledged; default true. Without it a change
    /// survives the end of the process, but may be lost in a power failure.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>How commits are protected from a stale writer; default <see cref="LocalFenceMode.Records"/>.</summary>
    public LocalFenceMode Fence { get; init; } = LocalFenceMode.Records;

    /// <summary>
    /// How long after its last change a staged file is removed; default 24 hours, more than zero. It bounds how long a detached write can
    /// wait for its commit, and how long the leftovers of a crash are kept.
    /// </summary>
    public TimeSpan StagingGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The permissions of new files, in octal digits such as <c>0640</c>; default those of the process's umask, or of the folder's default
    /// access list. A replaced file keeps its permissions, and a copy has those of its source. Ignored on Windows.
    /// </summary>
    public string? FileMode { get; init; }

    /// <summary>
    /// The permissions of new folders, in octal digits such as <c>0750</c>; default those of the process's umask. Ignored on Windows.
    /// </summary>
    public string? FolderMode { get; init; }

    /// <summary>
    /// Whether the constructor fails where the kernel does not keep links inside the root (no <c>openat2</c>: Linux before 5.6, other
    /// systems, some sandboxes); default false, which logs a warning. See <see cref="LocalBackend.IsContained"/>.
    /// </summary>
    public bool RequireContainment { get; init; }

    /// <summary>
    /// Whether the root may be on a mount that treats different names as equal (upper and lower case, composed and decomposed characters).
    /// Default null: no, except on Windows and macOS, where every usual mount does. Two keys that name one file are not protected from each
    /// other.
    /// </summary>
    public bool? AllowNameFolding { get; init; }
}

/// <summary>How a <see cref="LocalBackend"/> protects its commits. All writers to one folder must use the same mode.</summary>
public enum LocalFenceMode
{
    /// <summary>
    /// Unfenced: the last rename wins. <see cref="Capability.Conditional"/> is not declared. For folders with one
    /// writer, or where a lost write does not matter.
    /// </summary>
    None = 0,

    /// <summary>
    /// A version is replaced only by a commit that was recorded as its one successor, so a late writer is rejected. The records are links
    /// with the prefix <c>.~rs.</c> that exist as long as the commit; <see cref="Capability.Conditional"/> is declared.
    /// </summary>
    Records = 1,
}
