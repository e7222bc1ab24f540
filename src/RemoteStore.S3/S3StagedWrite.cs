using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>
/// Content being staged: kept in memory while it fits into one part, else a multipart upload with several parts in
/// flight at once. Memory is bounded by the parts in flight and the one being filled.
/// </summary>
/// <param name="driver">The driver.</param>
/// <param name="key">The key.</param>
/// <param name="options">Metadata and content type.</param>
/// <param name="partSize">The size of a part, in bytes.</param>
/// <param name="isDirect">Whether the upload is created at the key itself and published by its completion; else it
/// becomes a staged object.</param>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "A write ends by finishing, committing or being abandoned, and each releases its resources."
)]
internal sealed class S3StagedWrite(S3Driver driver, string key, WriteOptions options, int partSize, bool isDirect) : StagedWrite
{
    private const int FirstBuffer = 256 * 1024;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Queue<Task> _underWay = new();
    private readonly List<string?> _parts = [];
    private readonly S3History _own = S3History.Of(options.OperationId);
    private readonly Guid _staged = Guid.NewGuid();
    private byte[]? _buffer;
    private int _filled;
    private long _size;
    private string? _upload;

    private string ObjectKey => isDirect ? driver.ObjectKey(key) : driver.StagedKey(_staged.ToString("N"));

    public override long MaxBufferedBytes => (driver.Options.MaxConcurrency + 1L) * partSize;

    public override async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!bytes.IsEmpty)
        {
            if (_filled == partSize)
                await SendPartAsync(cancellationToken).ConfigureAwait(false);
            var count = Math.Min(bytes.Length, partSize - _filled);
            Reserve(count);
            bytes[..count].CopyTo(_buffer.AsMemory(_filled));
            _filled += count;
            _size += count;
            bytes = bytes[count..];
        }
    }

    public override async ValueTask<RemoteFileInfo?> TryCommitAsync(WriteOptions commit, CancellationToken cancellationToken)
    {
        if (_upload is not null)
            return null;
        var info = await driver.StoreAsync(key, Body(), commit, S3ContentHeaders.None, cancellationToken).ConfigureAwait(false);
        Release();
        return info;
    }

    public override async ValueTask<string> FinishAsync(CancellationToken cancellationToken)
    {
        if (_upload is null && !isDirect)
        {
            await driver.StageObjectAsync(ObjectKey, Body(), options, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await SendPartAsync(cancellationToken).ConfigureAwait(false);
            while (_underWay.Count > 0)
                await AwaitPartAsync(cancellationToken).ConfigureAwait(false);
            if (!isDirect)
                await driver.CompleteStagedAsync(ObjectKey, _upload!, _parts!, cancellationToken).ConfigureAwait(false);
        }

        Release();
        return Token().ToString();
    }

    public override async ValueTask AbandonAsync()
    {
        await _abandoned.CancelAsync().ConfigureAwait(false);
        while (_underWay.TryDequeue(out var part))
            await part.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_upload is not null)
            await driver.AbortQuietlyAsync(ObjectKey, _upload).ConfigureAwait(false);
        Release();
    }

    private S3StagedToken Token() =>
        isDirect
            ? new S3StagedToken(key, _size, _upload, _parts!, _own.Ids, null)
            : new S3StagedToken(key, _size, null, null, null, _staged);

    private S3Body Body() => S3Body.Of(_buffer is null ? default(ReadOnlyMemory<byte>) : _buffer.AsMemory(0, _filled));

    private async Task SendPartAsync(CancellationToken cancellationToken)
    {
        if (_parts.Count == S3StagedToken.MaxParts)
            throw new RemoteStoreException(
                $"An upload has at most {S3StagedToken.MaxParts} parts: for content this large set a larger PartSize.",
                key
            );
        _upload ??= await driver
            .InitiateAsync(ObjectKey, UserMetadata.From(options.Metadata), options.ContentType, _own, cancellationToken)
            .ConfigureAwait(false);
        if (_underWay.Count == driver.Options.MaxConcurrency)
            await AwaitPartAsync(cancellationToken).ConfigureAwait(false);
        _parts.Add(null);
        _underWay.Enqueue(UploadAsync(_parts.Count, _buffer ?? [], _filled));
        (_buffer, _filled) = (null, 0);
    }

    // A part that is not awaited stays in flight, because the abort must follow it.
    private async Task AwaitPartAsync(CancellationToken cancellationToken)
    {
        await _underWay.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _underWay.Dequeue();
    }

    private async Task UploadAsync(int number, byte[] buffer, int count)
    {
        try
        {
            _parts[number - 1] = await driver
                .UploadPartAsync(ObjectKey, _upload!, number, buffer.AsMemory(0, count), _abandoned.Token)
                .ConfigureAwait(false);
        }
        finally
        {
            Return(buffer);
        }
    }

    // Small content must not allocate the memory of a whole part.
    private void Reserve(int count)
    {
        if (_buffer is not null && _buffer.Length - _filled >= count)
            return;
        var wanted = Math.Min(partSize, Math.Max(Math.Max(FirstBuffer, _filled + count), (_buffer?.Length ?? 0) * 2));
        if (_upload is not null)
            wanted = partSize;
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        if (_buffer is not null)
        {
            _buffer.AsSpan(0, _filled).CopyTo(larger);
            Return(_buffer);
        }

        _buffer = larger;
    }

    private void Release()
    {
        if (_buffer is not null)
            Return(_buffer);
        _buffer = null;
        _abandoned.Dispose();
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
