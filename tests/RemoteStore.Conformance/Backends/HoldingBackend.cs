namespace RemoteStore.Conformance;

/// <summary>
/// A layer that runs something before whatever may be a commit reaches the backend: a wait, or what another owner would do just then.
/// </summary>
/// <param name="inner">The backend; closed with the layer.</param>
/// <param name="hold">What to run.</param>
public class HoldingBackend(AsyncBackend inner, Func<Task> hold) : DelegatingBackend(inner)
{
    /// <inheritdoc/>
    public override async ValueTask<WriteResult> WriteAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        await hold();
        return await Inner.WriteAsync(key, content, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<WriteResult> WriteAtomicAsync(
        string key,
        WriteContent content,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        await hold();
        return await Inner.WriteAtomicAsync(key, content, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<WriteResult> CommitStagedAsync(
        string key,
        string token,
        WriteOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        await hold();
        return await Inner.CommitStagedAsync(key, token, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask MoveAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        await hold();
        await Inner.MoveAsync(source, destination, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask CopyAsync(
        string source,
        string destination,
        MoveCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        await hold();
        await Inner.CopyAsync(source, destination, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DeleteAsync(string key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        await hold();
        await Inner.DeleteAsync(key, options, cancellationToken);
    }
}
