namespace RemoteStore;

/// <summary>Where a <see cref="LocalBackend"/> keeps its files, and how.</summary>
public sealed record LocalBackendOptions
{
    /// <summary>The folder. Required; a relative path counts from the current directory at construction.</summary>
    public string Root { get; init; } = "";

    /// <summary>The name in errors and metrics; default <c>local</c>.</summary>
    public string Name { get; init; } = "local";

    /// <summary>
    /// Whether a write or a health check makes the root when it is absent; default true. Set it to false where the root is a mount that may
    /// be missing: then both fail with <see cref="NotFoundException"/> instead of filling the disk below.
    /// </summary>
    public bool CreateRoot { get; init; } = true;

    /// <summary>
    /// Whether a change is synced to the disk (the file, then its folder) before it is acknowledged; default true. Without it a change
    /// survives the end of the process, but perhaps not a power cut.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// How a commit is protected from a writer that comes back after others have replaced it; default <see cref="LocalFenceMode.Records"/>.
    /// </summary>
    public LocalFenceMode Fence { get; init; } = LocalFenceMode.Records;

    /// <summary>
    /// How long a staged file is left alone after its last change; default 24 hours, more than zero. It bounds how long a detached write
    /// can wait for its commit, and how long the leftovers of a crash stay.
    /// </summary>
    public TimeSpan StagingGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The permissions of new files, in octal digits such as <c>0640</c>; default those of the process's umask, or of the access list that
    /// the folder gives to new files. A file that is replaced keeps its permissions, and a copy has those of its source. Ignored on
    /// Windows.
    /// </summary>
    public string? FileMode { get; init; }

    /// <summary>
    /// The permissions of new folders, in octal digits such as <c>0750</c>; default those of the process's umask. Ignored on Windows.
    /// </summary>
    public string? FolderMode { get; init; }

    /// <summary>
    /// Whether the backend refuses to open where the kernel does not keep links inside the root (no <c>openat2</c>: Linux before 5.6, other
    /// systems, some sandboxes); default false, which logs a warning. <see cref="LocalBackend.IsContained"/> has the answer.
    /// </summary>
    public bool RequireContainment { get; init; }

    /// <summary>
    /// Whether the root may be on a mount that takes different names for one (upper and lower case, composed and decomposed characters).
    /// Default null: no, except on Windows and macOS, where every usual mount does. Two keys that meet in one file are not protected from
    /// each other.
    /// </summary>
    public bool? AllowNameFolding { get; init; }
}

/// <summary>How a <see cref="LocalBackend"/> protects its commits. All that write to one folder must agree on it.</summary>
public enum LocalFenceMode
{
    /// <summary>
    /// Unfenced: the last rename wins. <see cref="Capability.Conditional"/> is not declared. For folders with one
    /// writer, or where a lost write does not matter.
    /// </summary>
    None = 0,

    /// <summary>
    /// A version is replaced only by a commit that was recorded as its one successor, so a late writer is refused. The records are links
    /// with the prefix <c>.~rs.</c> that live as long as the commit; <see cref="Capability.Conditional"/> is declared.
    /// </summary>
    Records = 1,
}
