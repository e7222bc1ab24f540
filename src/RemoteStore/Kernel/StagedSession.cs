using RemoteStore.Drivers;

namespace RemoteStore;

/// <summary>Staged bytes for one key: appended, then committed or detached once, else abandoned on disposal.</summary>
internal sealed class StagedSession(Kernel kernel, string key, WriteOptions options, StagedWrite staged, long length = 0) : IAsyncDisposable
{
    private State _state;

    private enum State
    {
        Open,
        Failed,
        Ended,
    }

    internal string? ResumeToken => staged.ResumeToken;

    internal long MaxBufferedBytes => staged.MaxBufferedBytes;

    internal long Position { get; private set; } = length;

    public async ValueTask DisposeAsync()
    {
        if (_state == State.Ended)
            return;
        _state = State.Ended;
        await staged.AbandonAsync().ConfigureAwait(false);
    }

    internal async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ThrowUnlessOpen();
        _state = State.Failed;
        try
        {
            await staged.AppendAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (kernel.Translate(e, DriverOperation.Stage, key) is { } mapped)
        {
            throw mapped;
        }

        _state = State.Open;
        Position += bytes.Length;
    }

    internal async ValueTask<string> FinishAsync(CancellationToken cancellationToken)
    {
        ThrowUnlessOpen();
        _state = State.Failed;
        try
        {
            var token = await staged.FinishAsync(cancellationToken).ConfigureAwait(false);
            _state = State.Ended;
            return token;
        }
        catch (Exception e) when (kernel.Translate(e, DriverOperation.Stage, key) is { } mapped)
        {
            throw mapped;
        }
    }

    internal async ValueTask<WriteResult> CommitAsync(CancellationToken cancellationToken)
    {
        if (await TryCommitAsync(cancellationToken).ConfigureAwait(false) is { } info)
            return kernel.ResultOf(info, options);
        var token = await FinishAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await kernel.CommitAsync(key, token, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (e is not RemoteStoreException failure || !kernel.Driver.IsConnectionLost(failure))
                await AbortQuietlyAsync(token).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<RemoteFileInfo?> TryCommitAsync(CancellationToken cancellationToken)
    {
        ThrowUnlessOpen();
        _state = State.Failed;
        try
        {
            var info = await staged.TryCommitAsync(options, cancellationToken).ConfigureAwait(false);
            _state = info is null ? State.Open : State.Ended;
            return info;
        }
        catch (Exception e) when (kernel.Translate(e, DriverOperation.Commit, key) is { } mapped)
        {
            throw mapped;
        }
    }

    private async ValueTask AbortQuietlyAsync(string token)
    {
        try
        {
            await kernel.AbortAsync(key, token, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The caller must see the failure of the commit; remaining staged bytes are cleaned up later.
        }
    }

    private void ThrowUnlessOpen()
    {
        if (_state != State.Open)
            throw new InvalidOperationException(
                "The atomic write has failed, or was already committed, detached or disposed. Open a new one."
            );
        kernel.ThrowIfClosed(key);
    }
}
