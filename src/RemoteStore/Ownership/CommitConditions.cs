namespace RemoteStore.Ownership;

/// <summary>
/// Separates the conditions that the backend decides from those that the owner must decide. None is ever dropped: a condition that the
/// backend does not support is compared with the file's current facts.
/// </summary>
internal static class CommitConditions
{
    internal const Capability Uplifted = Capability.CreateOnly | Capability.Conditional;

    /// <summary>The maximum number of attempts on a shared store, where other writers may interfere between them.</summary>
    internal const int MaxAttempts = 16;

    /// <summary>Whether the backend itself rejects an owner that has been replaced (fencing).</summary>
    internal static bool AreFenced(CapabilitySet backend) => backend.Supports(Uplifted);

    /// <summary>Whether any version is acceptable, so that the fence provides the version.</summary>
    internal static bool TakesAny(string? ifMatch) => ifMatch is null or WriteOptions.Any;

    /// <summary>
    /// Interprets a refusal by the fence alone. Where only owners write, another owner has replaced this one, which is stale. On a shared
    /// store any client may have written: the result is null, and the call is decided again on the current file, up to
    /// <see cref="MaxAttempts"/> times.
    /// </summary>
    internal static BackendUnavailableException? Overtaken(bool isShared, int attempt, string key, string backend, Exception refusal) =>
        isShared switch
        {
            false => Refused(
                "Another owner has changed the file; nothing was done. Retry the call.",
                ErrorCodes.StaleOwner,
                key,
                backend,
                refusal
            ),
            true when attempt >= MaxAttempts => Refused(
                "The file keeps changing concurrently; nothing was done. Retry later.",
                ErrorCodes.PathBusy,
                key,
                backend,
                refusal
            ),
            _ => null,
        };

    /// <summary>A rejection by the owner itself, before anything was executed.</summary>
    internal static BackendUnavailableException Refused(string message, string code, string key, string backend, Exception? inner = null) =>
        new(message, key, backend, inner) { RefusedBeforeExecution = true, Code = code };

    /// <summary>
    /// The same request, conditioned on the version that was read, so that it cannot replace a newer one. The caller's own condition is
    /// kept, and so is a create-only request: the backend decides it with the commit.
    /// </summary>
    internal static WriteOptions Fenced(WriteOptions options, RemoteFileInfo? seen)
    {
        if (!TakesAny(options.IfMatch) || (!options.Overwrite && options.IfMatch is null))
            return options;
        return seen is null ? options with { Overwrite = false, IfMatch = null, IfNoneMatch = WriteOptions.Any }
            : seen.ETag is null ? options
            : options with { Overwrite = false, IfMatch = seen.ETag };
    }

    /// <summary>The conditions to pass to the backend: those it supports.</summary>
    internal static WriteOptions Native(WriteOptions options, CapabilitySet backend)
    {
        if (options.IfMatch is not null && !backend.Supports(Capability.Conditional))
            options = options with { IfMatch = null, Overwrite = true };
        if (options.IfNoneMatch is not null && !backend.Supports(Capability.CreateOnly))
            options = options with { IfNoneMatch = null };
        return options;
    }

    /// <summary>The condition on a file to pass to the backend.</summary>
    internal static string? Native(string? ifMatch, CapabilitySet backend) => backend.Supports(Capability.Conditional) ? ifMatch : null;

    /// <summary>
    /// Decides the conditions that <see cref="Native(WriteOptions, CapabilitySet)"/> removes; reads from the backend only then.
    /// </summary>
    internal static async ValueTask CheckAsync(AsyncBackend backend, string key, WriteOptions options, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(Native(options, backend.Capabilities), options))
            return;
        var file = await FindAsync(backend, key, cancellationToken).ConfigureAwait(false);
        if (Conditions.Failure(file, options, key, backend.Name) is { } failure)
            throw failure;
    }

    /// <summary>Decides a condition on an existing file that the backend cannot decide.</summary>
    internal static async ValueTask CheckAsync(AsyncBackend backend, string key, string? ifMatch, CancellationToken cancellationToken)
    {
        if (ifMatch is null || backend.Capabilities.Supports(Capability.Conditional))
            return;
        var file = await backend.GetFileInfoAsync(key, cancellationToken).ConfigureAwait(false);
        if (Conditions.Failure(file, ifMatch, key, backend.Name) is { } failure)
            throw failure;
    }

    /// <summary>
    /// The options of a fenced move or copy: only the version of the source that was read, and only over the version of the destination
    /// that was read. Unchanged where the backend decides no conditions.
    /// </summary>
    internal static async ValueTask<MoveCopyOptions> FencedAsync(
        AsyncBackend backend,
        string source,
        string destination,
        MoveCopyOptions request,
        CancellationToken cancellationToken
    )
    {
        if (!AreFenced(backend.Capabilities))
            return request with { IfMatch = Native(request.IfMatch, backend.Capabilities) };
        if (TakesAny(request.IfMatch))
            request = request with
            {
                IfMatch = (await FindAsync(backend, source, cancellationToken).ConfigureAwait(false))?.ETag ?? request.IfMatch,
            };
        return request.Overwrite && source != destination
            ? await OverSeenAsync(backend, destination, request, cancellationToken).ConfigureAwait(false)
            : request;
    }

    private static async ValueTask<MoveCopyOptions> OverSeenAsync(
        AsyncBackend backend,
        string destination,
        MoveCopyOptions request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await FindAsync(backend, destination, cancellationToken).ConfigureAwait(false) is { } seen
                ? request with
                {
                    DestinationIfMatch = seen.ETag,
                }
                : request with
                {
                    Overwrite = false,
                };
        }
        catch (InvalidPathException)
        {
            // A folder; the backend rejects it after it has checked the source.
            return request;
        }
    }

    internal static async ValueTask<RemoteFileInfo?> FindAsync(AsyncBackend backend, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await backend.GetFileInfoAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }
}
