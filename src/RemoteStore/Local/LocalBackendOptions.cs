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
    /// How long a staged file is left alone after its last change; default 24 hours, more than zero. It bounds how long a detached write can
    /// wait for its commit, and how long the leftovers of a crash stay.
    /// </summary>
    public TimeSpan StagingGrace { get; init; } = TimeSpan.FromHours(24);
}
