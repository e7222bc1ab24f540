namespace RemoteStore;

public sealed partial class PathOwner
{
    private const int MaxAttempts = 16;

    /// <summary>Writes the file.</summary>
    /// <param name="content">The bytes; they are not kept after the call.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="atomic">Whether nobody may ever see a part of it.</param>
    /// <param name="cancellationToken">Cancels the operation; its outcome is then unknown.</param>
    public ValueTask<WriteResult> WriteAsync(
        WriteContent content, WriteOptions? options, bool atomic, CancellationToken cancellationToken = default)
    {
        options = Checked(options, atomic ? Capability.AtomicWrite : Capability.Write);
        return CommitAsync(
            (Backend: _backend, Key, content, atomic), options,
            static (a, native, token) => a.atomic
                ? a.Backend.WriteAtomicAsync(a.Key, a.content, native, token)
                : a.Backend.WriteAsync(a.Key, a.content, native, token),
            cancellationToken,
            once: content.Stream is not null);
    }

    /// <summary>Publishes bytes that were staged elsewhere. The staged bytes stay where they are when the commit is refused.</summary>
    /// <param name="token">The token of a detached writer.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="cancellationToken">Cancels the wait; the outcome is then unknown.</param>
    public ValueTask<WriteResult> CommitStagedAsync(string token, WriteOptions? options, CancellationToken cancellationToken = default)
    {
        options = Checked(options, Capability.AtomicWrite | Capability.Staging);
        return CommitAsync(
            (Backend: _backend, Key, token), options, static (a, native, t) => a.Backend.CommitStagedAsync(a.Key, a.token, native, t), cancellationToken);
    }

    /// <summary>Whether a write with these options would be refused now. An early answer only: the commit decides.</summary>
    /// <param name="options">Overwriting and conditions; null to create only.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async ValueTask CheckWriteAsync(WriteOptions? options, CancellationToken cancellationToken = default)
    {
        options = Checked(options, Capability.None);
        var kind = await _backend.GetKindAsync(Key, cancellationToken).ConfigureAwait(false);
        if (kind == EntryKind.Folder)
            throw new InvalidPathException("The path names a folder, and a file is to be written.", Key, _backend.Name);
        var file = kind == EntryKind.None ? null
            : options.IfMatch is null ? new RemoteFileInfo(Key, 0)
            : await OwnedConditions.FindAsync(_backend, Key, cancellationToken).ConfigureAwait(false);
        if (Conditions.Failure(file, options, Key, _backend.Name) is { } failure)
            throw failure;
    }

    /// <summary>Deletes the file.</summary>
    /// <param name="options">Tolerance and condition.</param>
    /// <param name="cancellationToken">Cancels the operation; its outcome is then unknown.</param>
    public async ValueTask DeleteAsync(DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = Gates.Delete(options, Uplift(_backend.Capabilities), Key, _backend.Name);
        await _turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await DeleteInTurnAsync(options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Exit();
        }
    }

    private async ValueTask DeleteInTurnAsync(DeleteOptions options, CancellationToken cancellationToken)
    {
        _facts.BeginMutation();
        try
        {
            await OwnedConditions.CheckAsync(_backend, Key, options.IfMatch, cancellationToken).ConfigureAwait(false);
            await DeleteNativelyAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException) when (options.MissingOk)
        {
            // The look at the condition found nothing, and that is what was wanted.
        }
        finally
        {
            _facts.EndMutation(null);
        }
    }

    private async ValueTask DeleteNativelyAsync(DeleteOptions options, CancellationToken cancellationToken)
    {
        if (!IsFenced(_backend.Capabilities) || options.IfMatch is not null)
        {
            var native = options with { IfMatch = OwnedConditions.Native(options.IfMatch, _backend.Capabilities) };
            ThrowIfReplaced();
            await _backend.DeleteAsync(Key, native, cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            var seen = await _backend.GetFileInfoAsync(Key, cancellationToken).ConfigureAwait(false);
            ThrowIfReplaced();
            try
            {
                await _backend.DeleteAsync(Key, options with { IfMatch = seen.ETag }, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PreconditionFailedException e)
            {
                ThrowIfEndless(attempt, e);
            }
        }
    }

    private async ValueTask<WriteResult> CommitAsync<TArgs>(
        TArgs args,
        WriteOptions options,
        Func<TArgs, WriteOptions, CancellationToken, ValueTask<WriteResult>> commit,
        CancellationToken cancellationToken,
        bool once = false)
    {
        await _turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        RemoteFileInfo? left = null;
        var seen = _facts.Get().Info;
        _facts.BeginMutation();
        try
        {
            var result = IsFenced(_backend.Capabilities)
                ? await CommitFencedAsync(args, options, seen, commit, once, cancellationToken).ConfigureAwait(false)
                : await CommitAloneAsync(args, options, commit, cancellationToken).ConfigureAwait(false);
            left = FactsOf(result, options);
            return result;
        }
        finally
        {
            _facts.EndMutation(left);
            _turn.Exit();
        }
    }

    /// <summary>
    /// Sends every commit under a condition. What the condition of the caller refuses is the answer; what only the fence refuses (somebody
    /// else has moved on, so this owner was stale) is decided again on what is there now.
    /// </summary>
    private async ValueTask<WriteResult> CommitFencedAsync<TArgs>(
        TArgs args,
        WriteOptions options,
        RemoteFileInfo? seen,
        Func<TArgs, WriteOptions, CancellationToken, ValueTask<WriteResult>> commit,
        bool once,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (seen is null && (options.Overwrite || options.IfMatch == WriteOptions.Any))
                seen = await OwnedConditions.FindAsync(_backend, Key, cancellationToken).ConfigureAwait(false);
            if (options.IfMatch == WriteOptions.Any && Conditions.Failure(seen, options, Key, _backend.Name) is { } missing)
                throw missing;
            var native = OwnedConditions.Fenced(options, seen);
            ThrowIfReplaced();
            try
            {
                return await commit(args, native, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is PreconditionFailedException or AlreadyExistsException && !ReferenceEquals(native, options))
            {
                ThrowIfEndless(once ? MaxAttempts : attempt, e);
                seen = null;
            }
        }
    }

    private async ValueTask<WriteResult> CommitAloneAsync<TArgs>(
        TArgs args, WriteOptions options, Func<TArgs, WriteOptions, CancellationToken, ValueTask<WriteResult>> commit, CancellationToken cancellationToken)
    {
        try
        {
            await OwnedConditions.CheckAsync(_backend, Key, options, cancellationToken).ConfigureAwait(false);
            var native = OwnedConditions.Native(options, _backend.Capabilities);
            ThrowIfReplaced();
            return await commit(args, native, cancellationToken).ConfigureAwait(false);
        }
        catch (AlreadyExistsException) when (options.IfNoneMatch is not null)
        {
            // Somebody who does not ask the owners created the file between the look and the commit.
            throw Conditions.Failure(new RemoteFileInfo(Key, 0), options, Key, _backend.Name)!;
        }
    }

    private void ThrowIfReplaced()
    {
        if (_mayCommit?.Invoke() == false)
            throw new BackendUnavailableException("The owner of the path did not run for a while and may have been replaced; nothing was done.", Key, _backend.Name) { RefusedBeforeExecution = true };
    }

    private void ThrowIfEndless(int attempt, Exception refusal)
    {
        if (attempt >= MaxAttempts)
            throw new BackendUnavailableException("Others keep changing the file; nothing was done.", Key, _backend.Name, refusal) { RefusedBeforeExecution = true };
    }

    private WriteOptions Checked(WriteOptions? options, Capability gate) =>
        Gates.Write(options, gate, Uplift(_backend.Capabilities), Key, _backend.Name);

    /// <summary>What the write left behind, if the backend told all of it.</summary>
    private RemoteFileInfo? FactsOf(WriteResult result, WriteOptions options) =>
        result is not { Source: WriteResultSource.Native, ETag: not null, LastModified: not null } ? null : new RemoteFileInfo(Key, result.Size)
        {
            ETag = result.ETag,
            ModifiedAt = result.LastModified,
            Digest = result.Digest,
            ContentType = options.ContentType,
            Metadata = result.Metadata,
        };
}
