using System.Buffers;
using RemoteStore.Drivers;

namespace RemoteStore;

internal sealed partial class Kernel
{
    internal async ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options,
        Capability gate,
        CancellationToken cancellationToken
    )
    {
        var looks = content.Stream is not null || !driver.DecidesConditions;
        var (canonical, checkedOptions) = await BeginWriteAsync(key, options, gate, looks, cancellationToken).ConfigureAwait(false);
        if (content.Stream is not { } stream)
            return await WriteBytesAsync(canonical, content.Bytes, checkedOptions, looks, cancellationToken).ConfigureAwait(false);
        return await WriteStreamAsync(canonical, stream, content.Length, checkedOptions, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<StagedSession> OpenAtomicAsync(string key, WriteOptions? options, CancellationToken cancellationToken)
    {
        var (canonical, checkedOptions) = await BeginWriteAsync(key, options, Capability.AtomicWrite, looks: true, cancellationToken)
            .ConfigureAwait(false);
        return await StageAsync(canonical, checkedOptions, null, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<StagedSession> ResumeAtomicAsync(
        string key,
        ResumePoint point,
        WriteOptions? options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(point);
        point.Validate();
        var (canonical, checkedOptions) = await BeginWriteAsync(
                key,
                options,
                Capability.AtomicWrite | Capability.ResumeStaging,
                looks: true,
                cancellationToken
            )
            .ConfigureAwait(false);
        try
        {
            var staged = await driver.ResumeStagedAsync(canonical, point, checkedOptions, cancellationToken).ConfigureAwait(false);
            return new StagedSession(this, canonical, checkedOptions, staged, point.Length);
        }
        catch (Exception e) when (Translate(e, DriverOperation.Stage, canonical) is { } mapped)
        {
            throw mapped;
        }
    }

    internal async ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        var (canonical, checkedOptions) = await BeginWriteAsync(
                key,
                options,
                Capability.AtomicWrite | Capability.Staging,
                !driver.DecidesConditions,
                cancellationToken
            )
            .ConfigureAwait(false);
        return await CommitAsync(canonical, token, checkedOptions, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask AbortStagedAsync(string key, string token, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        Capabilities.Require(Capability.Staging, key, Name);
        await AbortAsync(KernelKeys.File(key, Name), token, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<WriteResult> CommitAsync(
        string canonical,
        string token,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var info = await driver.CommitStagedAsync(canonical, token, options, cancellationToken).ConfigureAwait(false);
            return ResultOf(info, options);
        }
        catch (Exception e) when (TranslateWrite(e, DriverOperation.Commit, canonical, options) is { } mapped)
        {
            throw mapped;
        }
    }

    internal async ValueTask AbortAsync(string canonical, string token, CancellationToken cancellationToken)
    {
        try
        {
            await driver.AbortStagedAsync(canonical, token, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, DriverOperation.Stage, canonical) is { } mapped)
        {
            throw mapped;
        }
    }

    /// <summary>All checks that are possible before content is read. Later rows of the contract's table never mask earlier ones.</summary>
    private async ValueTask<(string Key, WriteOptions Options)> BeginWriteAsync(
        string key,
        WriteOptions? options,
        Capability gate,
        bool looks,
        CancellationToken cancellationToken
    )
    {
        options = OptionChecks.Write(options, gate, Capabilities, key, Name);
        Begin(cancellationToken);
        var canonical = KernelKeys.Named(key, driver);
        if (looks)
            await LookUpTargetAsync(canonical, options, cancellationToken).ConfigureAwait(false);
        return (canonical, options);
    }

    private async ValueTask LookUpTargetAsync(string key, WriteOptions options, CancellationToken cancellationToken)
    {
        if (driver.IsFlat && MayReplaceAny(options))
            return;
        if (!driver.DecidesConditions || !driver.IsFlat)
            CheckTarget(await StatAsync(key, cancellationToken).ConfigureAwait(false), key, options);
        else if (Conditions.Failure(await FindFileAsync(key, cancellationToken).ConfigureAwait(false), options, key, Name) is { } failure)
            throw failure;
    }

    private async ValueTask<RemoteFileInfo?> FindFileAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await driver.FindFileAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, DriverOperation.Stat, key) is { } mapped)
        {
            throw mapped;
        }
    }

    private static bool MayReplaceAny(WriteOptions options) => options is { Overwrite: true, IfMatch: null };

    // In a flat namespace a key may be a file and the prefix of other keys at once.
    private void CheckTarget(DriverEntry? target, string key, WriteOptions options)
    {
        if (target is { IsFolder: true } && !driver.IsFlat)
            throw StorageErrors.IsFolder(key, Name);
        if (Conditions.Failure(target?.Entry as RemoteFileInfo, options, key, Name) is { } failure)
            throw failure;
    }

    private async ValueTask<WriteResult> WriteBytesAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteOptions options,
        bool looked,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (await driver.PutAsync(key, bytes, options, cancellationToken).ConfigureAwait(false) is { } info)
                return ResultOf(info, options);
        }
        catch (Exception e) when (TranslateWrite(e, DriverOperation.Commit, key, options) is { } mapped)
        {
            throw mapped;
        }

        if (!looked)
            await LookUpTargetAsync(key, options, cancellationToken).ConfigureAwait(false);
        var session = await StageAsync(key, options, bytes.Length, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (bytes.Length > 0)
                await session.AppendAsync(bytes, cancellationToken).ConfigureAwait(false);
            return await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<WriteResult> WriteStreamAsync(
        string key,
        Stream stream,
        long? length,
        WriteOptions options,
        CancellationToken cancellationToken
    )
    {
        var source = new ContentSource(stream, synchronous);
        var buffer = ArrayPool<byte>.Shared.Rent(StreamIO.BlockSize);
        try
        {
            var count = await source.FillAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count < buffer.Length)
                return await WriteBytesAsync(key, buffer.AsMemory(0, count), options, looked: true, cancellationToken)
                    .ConfigureAwait(false);
            var session = await StageAsync(key, options, length, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                while (count > 0)
                {
                    await session.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                }

                return await session.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<StagedSession> StageAsync(string key, WriteOptions options, long? sizeHint, CancellationToken cancellationToken)
    {
        try
        {
            return new StagedSession(
                this,
                key,
                options,
                await driver.OpenStagedAsync(key, options, sizeHint, cancellationToken).ConfigureAwait(false)
            );
        }
        catch (Exception e) when (TranslateWrite(e, DriverOperation.Stage, key, options) is { } mapped)
        {
            throw mapped;
        }
    }

    /// <summary>
    /// One error for one situation: a service reports a refused creation as a failed condition, and callers see that the file exists.
    /// </summary>
    private RemoteStoreException? TranslateWrite(Exception exception, DriverOperation operation, string key, WriteOptions options)
    {
        var mapped = Translate(exception, operation, key);
        return options.IfNoneMatch is not null && (mapped ?? exception) is PreconditionFailedException refused
            ? new AlreadyExistsException(StorageErrors.Exists, key, Name, refused) { NativeCode = refused.NativeCode }
            : mapped;
    }

    internal WriteResult ResultOf(RemoteFileInfo info, WriteOptions options)
    {
        var native = Capabilities.Supports(Capability.NativeWriteResult);
        return new WriteResult(info.Path, info.Size, native ? WriteResultSource.Native : WriteResultSource.Basic)
        {
            ETag = native ? info.ETag : null,
            Digest = native ? info.Digest : null,
            LastModified = native ? info.LastModified : null,
            Metadata = options.Metadata as UserMetadata,
        };
    }
}
