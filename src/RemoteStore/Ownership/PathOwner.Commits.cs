using RemoteStore.Drivers;

namespace RemoteStore.Ownership;

internal sealed partial class PathOwner
{
    /// <summary>Writes the file.</summary>
    /// <param name="content">The bytes; they are not kept after the call.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="atomic">Whether readers must never see a partial file.</param>
    /// <param name="cancellationToken">Cancels the operation; its outcome is then unknown.</param>
    public ValueTask<WriteResult> WriteAsync(
        WriteContent content,
        WriteOptions? options,
        bool atomic,
        CancellationToken cancellationToken = default
    ) => WriteAsync(content, options, atomic, null, cancellationToken);

    /// <summary>Writes the file, once for all attempts of the operation.</summary>
    /// <param name="content">The bytes; they are not kept after the call.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="atomic">Whether readers must never see a partial file.</param>
    /// <param name="operation">The operation this call is an attempt of; null for a call that is never retried.</param>
    /// <param name="cancellationToken">Cancels the operation; its outcome is then unknown.</param>
    public ValueTask<WriteResult> WriteAsync(
        WriteContent content,
        WriteOptions? options,
        bool atomic,
        PathOperation? operation,
        CancellationToken cancellationToken = default
    )
    {
        options = Checked(options, atomic ? Capability.AtomicWrite : Capability.Write, operation);
        return CommitAsync(
            (Backend: _backend, Key, content, atomic),
            options,
            static (a, native, token) =>
                a.atomic
                    ? a.Backend.WriteAtomicAsync(a.Key, a.content, native, token)
                    : a.Backend.WriteAsync(a.Key, a.content, native, token),
            operation,
            cancellationToken,
            once: content.Stream is not null
        );
    }

    /// <summary>Publishes bytes that were staged elsewhere. The staged bytes are kept when the commit is rejected.</summary>
    /// <param name="token">The token of a detached writer.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="cancellationToken">Cancels the wait; the outcome is then unknown.</param>
    public ValueTask<WriteResult> CommitStagedAsync(string token, WriteOptions? options, CancellationToken cancellationToken = default) =>
        CommitStagedAsync(token, options, null, cancellationToken);

    /// <summary>Publishes bytes that were staged elsewhere, once for all attempts of the operation.</summary>
    /// <param name="token">The token of a detached writer.</param>
    /// <param name="options">Overwriting, conditions and metadata; null to create only.</param>
    /// <param name="operation">The operation this call is an attempt of; null for a call that is never retried.</param>
    /// <param name="cancellationToken">Cancels the wait; the outcome is then unknown.</param>
    public ValueTask<WriteResult> CommitStagedAsync(
        string token,
        WriteOptions? options,
        PathOperation? operation,
        CancellationToken cancellationToken = default
    )
    {
        options = Checked(options, Capability.AtomicWrite | Capability.Staging, operation);
        return CommitAsync(
            (Backend: _backend, Key, token),
            options,
            static (a, native, t) => a.Backend.CommitStagedAsync(a.Key, a.token, native, t),
            operation,
            cancellationToken
        );
    }

    /// <summary>Checks whether a write with these options would be rejected now. An early answer only: the commit decides.</summary>
    /// <param name="options">Overwriting and conditions; null to create only.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async ValueTask CheckWriteAsync(WriteOptions? options, CancellationToken cancellationToken = default)
    {
        options = Checked(options, Capability.None);
        var kind = await _backend.GetKindAsync(Key, cancellationToken).ConfigureAwait(false);
        if (kind == EntryKind.Folder)
            throw StorageErrors.IsFolder(Key, _backend.Name);
        var file =
            kind == EntryKind.None ? null
            : options.IfMatch is null ? new RemoteFileInfo(Key, 0)
            : await CommitConditions.FindAsync(_backend, Key, cancellationToken).ConfigureAwait(false);
        if (Conditions.Failure(file, options, Key, _backend.Name) is { } failure)
            throw failure;
    }

    private ValueTask<WriteResult> CommitAsync<TArgs>(
        TArgs args,
        WriteOptions options,
        Func<TArgs, WriteOptions, CancellationToken, ValueTask<WriteResult>> commit,
        PathOperation? operation,
        CancellationToken cancellationToken,
        bool once = false
    )
    {
        var request = new CommitRequest<TArgs>(args, options, commit, operation, once);
        return OnceAsync(operation, (Owner: this, request), static (a, t) => a.Owner.CommitInTurnAsync(a.request, t), cancellationToken);
    }

    private async ValueTask<WriteResult> CommitInTurnAsync<TArgs>(CommitRequest<TArgs> request, CancellationToken cancellationToken)
    {
        await Turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        RemoteFileInfo? left = null;
        var seen = _facts.Get().Info;
        _facts.BeginMutation();
        try
        {
            var result = request.Operation is { IsRetry: true } operation
                ? await CommitAgainAsync(request, operation, cancellationToken).ConfigureAwait(false)
                : await CommitOnceAsync(request, seen, cancellationToken).ConfigureAwait(false);
            left = FactsOf(result, request.Options);
            return result;
        }
        finally
        {
            _facts.EndMutation(left);
            Turn.Exit();
        }
    }

    private ValueTask<WriteResult> CommitOnceAsync<TArgs>(
        CommitRequest<TArgs> request,
        RemoteFileInfo? seen,
        CancellationToken cancellationToken
    ) =>
        IsFenced(_backend.Capabilities)
            ? CommitFencedAsync(request, seen, cancellationToken)
            : CommitAloneAsync(request, cancellationToken);

    /// <summary>
    /// Sends every commit under a condition. A refusal by the caller's own condition is the answer. A refusal by the fence alone means a
    /// concurrent change: by another owner, so this one is stale and decides nothing; or, on a shared store, by any client, and the call is
    /// decided again on the current file.
    /// </summary>
    private async ValueTask<WriteResult> CommitFencedAsync<TArgs>(
        CommitRequest<TArgs> request,
        RemoteFileInfo? seen,
        CancellationToken cancellationToken
    )
    {
        var options = request.Options;
        for (var attempt = 1; ; attempt++)
        {
            if (seen is null && (options.Overwrite || options.IfMatch == WriteOptions.Any))
                seen = await CommitConditions.FindAsync(_backend, Key, cancellationToken).ConfigureAwait(false);
            if (options.IfMatch == WriteOptions.Any && Conditions.Failure(seen, options, Key, _backend.Name) is { } missing)
                throw missing;
            var native = CommitConditions.Fenced(options, seen);
            ThrowIfLate(request.Operation);
            try
            {
                return await request.Commit(request.Args, native, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is PreconditionFailedException or AlreadyExistsException && !ReferenceEquals(native, options))
            {
                ThrowIfOvertaken(request.Once ? CommitConditions.MaxAttempts : attempt, e);
                seen = null;
            }
        }
    }

    private async ValueTask<WriteResult> CommitAloneAsync<TArgs>(CommitRequest<TArgs> request, CancellationToken cancellationToken)
    {
        var options = request.Options;
        await CommitConditions.CheckAsync(_backend, Key, options, cancellationToken).ConfigureAwait(false);
        var native = CommitConditions.Native(options, _backend.Capabilities);
        ThrowIfLate(request.Operation);
        return await request.Commit(request.Args, native, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Checked last, after the version was read on which the commit is conditioned: any delay in between, a process freeze included, is
    /// then detected by the deadline or by the condition.
    /// </summary>
    private void ThrowIfLate(PathOperation? operation)
    {
        if (operation is { } known && _clock.GetUtcNow() >= known.Deadline)
            throw CommitConditions.Refused(
                "The deadline of the call passed before the commit; nothing was done. Retry the call.",
                ErrorCodes.DeadlineExceeded,
                Key,
                _backend.Name
            );
    }

    private void ThrowIfOvertaken(int attempt, Exception refusal)
    {
        if (CommitConditions.Overtaken(_shared, attempt, Key, _backend.Name, refusal) is { } end)
            throw end;
    }

    private WriteOptions Checked(WriteOptions? options, Capability gate, PathOperation? operation = null)
    {
        options = OptionChecks.Write(options, gate, Uplift(_backend.Capabilities), Key, _backend.Name);
        return operation is null ? options : options with { OperationId = operation.Id };
    }

    /// <summary>The facts of the written file, if the backend reported all of them.</summary>
    private RemoteFileInfo? FactsOf(WriteResult result, WriteOptions options) =>
        result is not { Source: WriteResultSource.Native, ETag: not null, LastModified: not null }
            ? null
            : new RemoteFileInfo(Key, result.Size)
            {
                ETag = result.ETag,
                LastModified = result.LastModified,
                Digest = result.Digest,
                ContentType = options.ContentType,
                Metadata = result.Metadata,
            };

    /// <summary>A write or a commit of staged bytes, as the caller requested it.</summary>
    private readonly record struct CommitRequest<TArgs>(
        TArgs Args,
        WriteOptions Options,
        Func<TArgs, WriteOptions, CancellationToken, ValueTask<WriteResult>> Commit,
        PathOperation? Operation,
        bool Once
    );
}
