namespace RemoteStore.Tests;

/// <summary>
/// A backend that lacks some capabilities, refuses what would need them, and gives way before every step, so that a lookup and a commit
/// that nobody holds together come apart.
/// </summary>
internal sealed class StrippedBackend(AsyncBackend inner, Capability without) : DelegatingBackend(inner)
{
    public override CapabilitySet Capabilities => base.Capabilities.Without(without);

    public override async ValueTask<RemoteFileInfo> GetFileInfoAsync(string key, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await base.GetFileInfoAsync(key, cancellationToken);
    }

    public override async ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Check(key, options);
        await Task.Yield();
        return Stripped(await base.WriteAsync(key, content, options, cancellationToken));
    }

    public override async ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Check(key, options);
        await Task.Yield();
        return Stripped(await base.WriteAtomicAsync(key, content, options, cancellationToken));
    }

    public override ValueTask<AsyncAtomicWriter> OpenAtomicAsync(
        string key,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Check(key, options);
        return base.OpenAtomicAsync(key, options, cancellationToken);
    }

    public override async ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Check(key, options);
        await Task.Yield();
        return Stripped(await base.CommitStagedAsync(key, token, options, cancellationToken));
    }

    public override async ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Require(options?.IfMatch, Capability.Conditional, key);
        await Task.Yield();
        await base.DeleteAsync(key, options, cancellationToken);
    }

    public override ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Require(options?.IfMatch, Capability.Conditional, source);
        return base.MoveAsync(source, destination, options, cancellationToken);
    }

    public override ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Require(options?.IfMatch, Capability.Conditional, source);
        return base.CopyAsync(source, destination, options, cancellationToken);
    }

    private WriteResult Stripped(WriteResult result) =>
        Capabilities.Supports(Capability.NativeWriteResult)
            ? result
            : result with
            {
                Source = WriteResultSource.Basic,
                ETag = null,
                Digest = null,
                LastModified = null,
            };

    private void Check(string key, WriteOptions? options)
    {
        Require(options?.IfMatch, Capability.Conditional, key);
        Require(options?.IfNoneMatch, Capability.CreateOnly, key);
    }

    private void Require(string? condition, Capability capability, string key)
    {
        if (condition is not null)
            Capabilities.Require(capability, key, Name);
    }
}
