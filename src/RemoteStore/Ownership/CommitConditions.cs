namespace RemoteStore.Ownership;

/// <summary>
/// Which conditions of a call the backend decides by itself and which an owner must decide for it. None is ever dropped: what the
/// backend cannot take is compared with the file's present facts.
/// </summary>
internal static class CommitConditions
{
    internal const Capability Uplifted = Capability.CreateOnly | Capability.Conditional;

    /// <summary>How often it is decided on a shared store, where others may come in between each time.</summary>
    internal const int MaxAttempts = 16;

    /// <summary>Whether the backend itself refuses an owner that was replaced in the meantime.</summary>
    internal static bool AreFenced(CapabilitySet backend) => backend.Supports(Uplifted);

    /// <summary>Whether any version will do, so that the fence says which one was seen.</summary>
    internal static bool TakesAny(string? ifMatch) => ifMatch is null or WriteOptions.Any;

    /// <summary>
    /// What it means that only the fence has refused: where the owners alone write, another one has moved on and this one was replaced; on
    /// a shared store anybody has, and it is decided again on what is there now (null), but not endlessly.
    /// </summary>
    internal static BackendUnavailableException? Overtaken(bool isShared, int attempt, string key, string backend, Exception refusal) =>
        isShared switch
        {
            false => Refused("Another owner has changed the file; nothing was done.", ErrorCodes.StaleOwner, key, backend, refusal),
            true when attempt >= MaxAttempts => Refused(
                "Others keep changing the file; nothing was done.",
                ErrorCodes.PathBusy,
                key,
                backend,
                refusal
            ),
            _ => null,
        };

    /// <summary>A refusal by an owner itself, before anything happened.</summary>
    internal static BackendUnavailableException Refused(string message, string code, string key, string backend, Exception? inner = null) =>
        new(message, key, backend, inner) { RefusedBeforeExecution = true, Code = code };

    /// <summary>
    /// The same request under a condition on the version that was seen, so that it cannot come after a version that was not. The caller's
    /// own condition stays what it is, and so does the request to create: the backend decides it with the commit.
    /// </summary>
    internal static WriteOptions Fenced(WriteOptions options, RemoteFileInfo? seen)
    {
        if (!TakesAny(options.IfMatch) || (!options.Overwrite && options.IfMatch is null))
            return options;
        return seen is null ? options with { Overwrite = false, IfMatch = null, IfNoneMatch = WriteOptions.Any }
            : seen.ETag is null ? options
            : options with { Overwrite = false, IfMatch = seen.ETag };
    }

    /// <summary>What the backend receives: the conditions it knows.</summary>
    internal static WriteOptions Native(WriteOptions options, CapabilitySet backend)
    {
        if (options.IfMatch is not null && !backend.Supports(Capability.Conditional))
            options = options with { IfMatch = null, Overwrite = true };
        if (options.IfNoneMatch is not null && !backend.Supports(Capability.CreateOnly))
            options = options with { IfNoneMatch = null };
        return options;
    }

    /// <summary>The condition on a file that the backend receives.</summary>
    internal static string? Native(string? ifMatch, CapabilitySet backend) => backend.Supports(Capability.Conditional) ? ifMatch : null;

    /// <summary>
    /// The answer to a request to create, when a file came between the lookup and the backend's own: in the words of the caller's
    /// condition, of which the backend may know nothing.
    /// </summary>
    internal static RemoteStoreException ThereAlready(WriteOptions options, string key, string backend) =>
        Conditions.Failure(new RemoteFileInfo(key, 0), options, key, backend)!;

    /// <summary>Decides what <see cref="Native(WriteOptions, CapabilitySet)"/> takes away; asks the backend only then.</summary>
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
    /// How a file is moved or copied: the source only as it was seen, and over a file only over the one that was seen. Where the backend
    /// decides no conditions, as requested.
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
            // A folder; the backend refuses it after it has checked the source.
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
